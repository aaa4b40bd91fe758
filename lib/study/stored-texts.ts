import { textsById } from "../ask/index";
import { groupBy } from "../count";
import type { Environment, Ran } from "../store/index";
import { type Rejection, readSamples, type Sample } from "../synthesis/index";
import type { SourceSteps } from "./generation";
import { readRejected } from "./sample-files";
import type { Group, Step } from "./step";

/** Something that was rejected, with the sample itself if it could be read. */
export type RejectedSample = Rejection & { sample?: Sample };

/** All text of a source: what was kept, and what was rejected. */
export interface SourceText {
  kept: Sample[];
  rejected: RejectedSample[];
}

/** How a finished run came about, as its manifest says. */
export interface RunFacts {
  id: string;
  /** Name of its step. */
  name: string;
  group: Group;
  seconds: number;
  /** ISO 8601. */
  finishedAt: string;
  counts: Record<string, number>;
  tokens?: { prompt: number; completion: number };
  costUsd: number;
  hardware: Environment["hardware"];
  code: Environment["code"];
  /** Where a job did the work, if the runtime says so. */
  ran?: Ran;
}

/** Reads all samples of a source whose samples are complete. */
export function readSourceText(
  root: string,
  source: string,
  { replies, samples, check }: Pick<SourceSteps, "replies" | "samples" | "check">,
): SourceText {
  const rejected = readRejected(root, samples.run);
  const written = check
    ? check.written.run.records<Sample>()
    : replies
      ? samplesIn(source, replies, new Set(rejected.map(({ call }) => call)))
      : [];
  const byId = groupBy(written, ({ id }) => id);
  return {
    kept: samples.run.records<Sample>(),
    rejected: rejected.map((one) => ({ ...one, sample: byId.get(one.what)?.[0] })),
  };
}

/** The samples in the replies to these calls. */
function samplesIn(source: string, { run, name }: Step, calls: ReadonlySet<string>): Sample[] {
  const texts = textsById(run.records(), name);
  return [...calls].flatMap((call) => readSamples(texts.get(call) ?? "", source, call).samples);
}

/** The facts of each step whose run is finished, in the order of the steps. */
export const runFacts = (steps: readonly Step[]): RunFacts[] =>
  steps.flatMap(({ name, group, run }) => {
    const manifest = run.state() === "done" ? run.manifest() : undefined;
    if (!manifest) return [];
    const { seconds, finishedAt, counts, tokens, costUsd, hardware, code, ran } = manifest;
    return [{ id: run.id, name, group, seconds, finishedAt, counts, tokens, costUsd, hardware, code, ran }];
  });

/** Replies as they came, by item index. @param step one whose requests are named by item */
export const repliesOf = ({ run, name }: Step): Map<number, string> =>
  new Map([...textsById(run.records(), name)].map(([id, text]) => [Number(id), text]));
