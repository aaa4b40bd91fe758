import { textsById } from "../ask/index";
import { describeSamples, type LetterCounts, type Rejection, type Sample, type SampleStats } from "../synthesis/index";
import type { Context } from "./context";
import type { SourceSteps } from "./generation";
import { readLetters, readRejected } from "./sample-files";

/** What a source generated, and what was kept of it. */
export interface SourceReport {
  source: string;
  label: string;
  /** Calls or rows, samples read, samples rejected by reason, samples kept. */
  counts: Record<string, number>;
  /** What its text cost; nothing for jobs and datasets. */
  costUsd: number;
  /** How often each letter is right, as written and after balancing. */
  letters: { written: LetterCounts; balanced: LetterCounts };
  stats: SampleStats;
  /** The raw replies with the samples shown here, by call. */
  replies: Record<string, string>;
  /** The first few samples that were kept, and one that was rejected for each reason. */
  kept: Sample[];
  rejected: Rejection[];
}

/** Maximum number of kept samples in the report. */
const MAX_SHOWN = 12;

/** Describes a source whose samples are complete. */
export function describeSource(
  { root, profile }: Context,
  source: string,
  { replies, samples }: SourceSteps,
): SourceReport {
  const { run } = samples;
  const [kept, rejected] = [run.records<Sample>(), readRejected(root, run)];
  const texts = replies ? textsById(replies.run.records(), replies.name) : new Map<string, string>();
  const shown = { kept: kept.slice(0, MAX_SHOWN), rejected: firstOfEachReason(rejected) };
  const calls = new Set([...shown.kept, ...shown.rejected].map(({ call }) => call));
  return {
    source,
    label: profile.sources[source]!.label,
    counts: run.manifest()!.counts,
    costUsd: replies?.run.manifest()?.costUsd ?? 0,
    letters: readLetters(root, run),
    stats: describeSamples(kept, rejected, profile.seed),
    replies: Object.fromEntries([...calls].flatMap((call) => (texts.has(call) ? [[call, texts.get(call)!]] : []))),
    ...shown,
  };
}

const firstOfEachReason = (rejected: readonly Rejection[]): Rejection[] =>
  [...new Set(rejected.map(({ reason }) => reason))].map((reason) => rejected.find((one) => one.reason === reason)!);
