import { join } from "node:path";
import { textsById } from "../ask/index";
import { type Run, readRecords } from "../store/index";
import type { Rejection, Sample } from "../synthesis/index";
import { cellName } from "./cell-name";
import { OWN_LABELS } from "./cells";
import { controlSize, sizesOf } from "./roles";
import { readRejected, readTraining, validationFile } from "./sample-files";
import type { Step } from "./step";
import type { Study } from "./study";
import { trainingSeeds } from "./training";

/** What became of a sample in the screening of its source, or in a source that checks the text of another one. */
export interface SampleFate {
  source: string;
  /** The run that holds the source's samples. */
  run: string;
  /** The sample as models are trained on it: its options may stand in another order than in the reply. */
  kept?: Sample;
  rejected?: Rejection;
  /** Sizes of the training sets that hold it. */
  sizes: number[];
  /** Whether it is kept for validation. */
  validation: boolean;
  /** Names of the cells whose models were trained on it. */
  cells: string[];
}

/** A sample: the call that it came from, and what became of it. */
export interface TracedSample {
  id: string;
  /** `custom_id` of the request, or a dataset's row. */
  call: string;
  /** The run with the call's reply; absent for a dataset, as are the following two. */
  replies?: string;
  /** The seed questions that the call showed, in its order, by their places in the list. */
  shown?: number[];
  /** The reply as it came. */
  reply?: string;
  fates: SampleFate[];
}

/** A sample by its id; undefined if no source has it. Sources whose samples are not complete are passed over. */
export function traceSample(study: Study, id: string): TracedSample | undefined {
  const sources = Object.entries(study.layout.sources);
  const fates = sources.flatMap(([source, { samples }]) => fateOf(study, source, samples.run, id) ?? []);
  const [first] = fates;
  if (!first) return undefined;
  const call = first.kept?.call ?? first.rejected!.call;
  const { replies } = study.layout.sources[first.source]!;
  return { id, call, ...(replies && { replies: replies.run.id, ...callOf(study.root, replies, call) }), fates };
}

function callOf(root: string, { run, name }: Step, call: string): Pick<TracedSample, "shown" | "reply"> {
  const calls = readRecords(join(root, run.path("calls.jsonl"))) as { call: string; seeds: number[] }[];
  return {
    shown: calls.find((one) => one.call === call)?.seeds,
    reply: textsById(run.records(), name).get(call),
  };
}

function fateOf(study: Study, source: string, run: Run, id: string): SampleFate | undefined {
  const { root, profile } = study;
  if (run.state() !== "done") return undefined;
  const kept = run.records<Sample>().find((sample) => sample.id === id);
  const rejected = kept ? undefined : readRejected(root, run).find(({ what }) => what === id);
  if (!kept && !rejected) return undefined;
  const has = (lines: readonly unknown[]) => (lines as { id: string }[]).some((line) => line.id === id);
  const sizes = sizesOf(profile, source).filter((size) => has(readTraining(root, run, size)));
  return {
    ...{ source, run: run.id, sizes },
    ...(kept ? { kept } : { rejected }),
    validation: has(readRecords(join(root, validationFile(run)))),
    cells: cellsTrainedOn(study, source, sizes),
  };
}

/** The cells of models that were trained on one of these sets of a source. The teacher's questions also get own labels. */
function cellsTrainedOn({ context, layout, profile }: Study, source: string, sizes: readonly number[]): string[] {
  const isRelabelled = source === profile.teacher && sizes.includes(controlSize(profile));
  return layout.cells.flatMap(({ cell }) => {
    const { trained } = cell;
    const isOwn = trained?.source === source && sizes.includes(trained.size);
    const isUsed = isOwn || (trained?.source === OWN_LABELS && isRelabelled);
    return isUsed ? [cellName(cell, { seeds: trainingSeeds(context) })] : [];
  });
}
