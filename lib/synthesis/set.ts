import { groupBy, tally } from "../count";
import { type KnownText, type ScreenRejection, screen, type Thresholds } from "../screen/index";
import { type BalancedSample, balanceLetters, countLetters, type LetterCounts } from "./balance";
import { type RejectReason, readSamples } from "./read";
import type { Sample } from "./sample";
import { toScreenable } from "./screenable";

/** Something in a reply that was rejected, and why. */
export interface Rejection {
  reason: RejectReason | ScreenRejection["reason"] | (string & {});
  /** The sample's id, or the text that could not be read as a sample. */
  what: string;
  /** `custom_id` of the request whose reply holds it, or the dataset's row. */
  call: string;
  /** For a sample that was screened out: what it resembles or contains, the origin of that, and how much. */
  twin?: string;
  twinFrom?: string;
  score?: number;
}

/** The samples in replies, after screening. */
export interface SampleSet {
  kept: BalancedSample[];
  rejected: Rejection[];
  /** Calls, samples read, samples rejected by reason, samples kept. */
  counts: Record<string, number>;
  /** Right letters as written, and after balancing. */
  letters: { written: LetterCounts; balanced: LetterCounts };
}

export interface SetOptions {
  known: readonly KnownText[];
  thresholds: Thresholds;
  /** Random seed for balancing letters; without it, options keep their order. */
  balance?: number;
}

/** From replies to samples: read, screened, balanced. A pure function: equal replies give the same set. */
export function makeSet(replies: ReadonlyMap<string, string>, options: SetOptions & { source: string }): SampleSet {
  const read = [...replies].map(([call, text]) => ({ call, ...readSamples(text, options.source, call) }));
  const unread = read.flatMap(({ call, rejected }) =>
    rejected.map(({ reason, text }) => ({ reason, what: text, call })),
  );
  return screenSet(
    { calls: replies.size },
    read.flatMap(({ samples }) => samples),
    unread,
    options,
  );
}

/**
 * Screens and balances samples.
 *
 * @param from how many calls or rows they were read from
 * @param unread what could not be read as a sample
 */
export function screenSet(
  from: Record<string, number>,
  samples: readonly Sample[],
  unread: readonly Rejection[],
  { known, thresholds, balance }: SetOptions,
): SampleSet {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const { kept, rejected } = screen(samples.map(toScreenable), known, thresholds);
  const written = kept.map(({ id }) => byId.get(id)!);
  const balanced = balance === undefined ? written : balanceLetters(written, balance);
  const all: Rejection[] = [
    ...unread,
    ...rejected.map(({ id, ...rest }) => ({ what: id, call: byId.get(id)!.call, ...rest })),
  ];
  const reasons = tally(all.map(({ reason }) => reason));
  return {
    kept: balanced,
    rejected: all,
    counts: { ...from, read: samples.length, ...reasons, kept: kept.length },
    letters: { written: countLetters(written), balanced: countLetters(balanced) },
  };
}

/** Of VIVA's situations, up to nine have the same reason, since they are about the same picture. */
const MAX_SHARED = 10;

/**
 * The benchmark's items and the seeds, as texts that no sample may contain. A reason that many situations share is
 * a rule, which tells nothing of any of them, and is left out.
 */
export function knownTexts(
  items: readonly { index: number; situation: string; reason?: string; options: readonly { text: string }[] }[],
  captions: ReadonlyMap<string, string> = new Map(),
  seeds: readonly Pick<Sample, "situation" | "options">[] = [],
): KnownText[] {
  const texts = (options: readonly { text: string }[]) => options.map(({ text }) => text);
  const byReason = groupBy(items, ({ reason }) => reason);
  const isShared = (reason?: string) =>
    new Set(byReason.get(reason)!.map(({ situation }) => situation)).size > MAX_SHARED;
  return [
    ...items.map(({ index, situation, reason, options }) => ({
      name: `item ${index}`,
      from: "benchmark",
      situations: [situation, isShared(reason) ? undefined : reason, captions.get(String(index))].filter(
        (text) => text !== undefined,
      ),
      options: texts(options),
    })),
    ...seeds.map(({ situation, options }, i) => ({
      name: `seed ${i + 1}`,
      from: "seeds",
      situations: [situation],
      options: texts(options),
    })),
  ];
}
