import { textsById } from "../ask/index";
import type { BenchmarkSource } from "../benchmark/index";
import {
  describeSamples,
  isConfirmed,
  type LetterCounts,
  type Rejection,
  type Sample,
  type SampleStats,
} from "../synthesis/index";
import { answersOf } from "./checked";
import type { Context } from "./context";
import type { SourceSteps } from "./generation";
import { readLetters, readRejected } from "./sample-files";

/** How many of a source's samples something holds for. */
export interface Share {
  samples: number;
  holds: number;
}

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
  /** How often the model that wrote the samples gives the same answer when it is asked again, if it was. */
  agreement?: Share;
  /** How often an answer is right, if the benchmark's world has rules; of the samples whose situation they cover. */
  labels?: Share;
  /** The raw replies with the samples shown here, by call. */
  replies: Record<string, string>;
  /** The first few samples that were kept, and one that was rejected for each reason. */
  kept: Sample[];
  rejected: Rejection[];
}

/** Whether a source is the checked text of another one, and generated nothing itself. */
export const isChecked = ({ counts }: Pick<SourceReport, "counts">): boolean => "checked" in counts;

/** Maximum number of kept samples in the report. */
const MAX_SHOWN = 12;

/** Describes a source whose samples are complete. @param sources those of the whole study */
export function describeSource(
  { root, profile, benchmark }: Context,
  source: string,
  sources: Record<string, SourceSteps>,
): SourceReport {
  const { replies, samples } = sources[source]!;
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
    agreement: agreementOf(source, kept, sources),
    labels: benchmark.rightLetter && labelsOf(kept, benchmark.rightLetter),
    replies: Object.fromEntries([...calls].flatMap((call) => (texts.has(call) ? [[call, texts.get(call)!]] : []))),
    ...shown,
  };
}

/** The samples whose answer is that of the majority, when the model answers with its options in several orders. */
function agreementOf(
  source: string,
  samples: readonly Sample[],
  sources: Record<string, SourceSteps>,
): Share | undefined {
  const check = Object.values(sources).find((steps) => steps.check?.source === source)?.check;
  if (check?.asked.run.state() !== "done") return undefined;
  const answers = answersOf(check.written, check.asked, check.orders);
  return { samples: samples.length, holds: samples.filter((one) => isConfirmed(one, answers.get(one.id)!)).length };
}

function labelsOf(samples: readonly Sample[], rightLetter: NonNullable<BenchmarkSource["rightLetter"]>): Share {
  const right = samples.map(({ situation, options, answer }) => {
    const letter = rightLetter(situation, options);
    return letter === undefined ? undefined : letter === answer;
  });
  const known = right.filter((one) => one !== undefined);
  return { samples: known.length, holds: known.filter(Boolean).length };
}

const firstOfEachReason = (rejected: readonly Rejection[]): Rejection[] =>
  [...new Set(rejected.map(({ reason }) => reason))].map((reason) => rejected.find((one) => one.reason === reason)!);
