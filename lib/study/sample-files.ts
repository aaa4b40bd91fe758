import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listCounts, tally } from "../count";
import { WovError } from "../errors";
import { type Run, readRecords } from "../store/index";
import {
  type Form,
  type PromptCompletion,
  type Sample,
  type SampleSet,
  type Split,
  splitSamples,
  toPromptCompletion,
} from "../synthesis/index";
import type { Step } from "./step";

/** The file of what was rejected, in a run's folder. */
export const REJECTED = "rejected.jsonl";

/**
 * Writes a set into its run: samples as records; `train-SIZE.jsonl` and `validation.jsonl` in TRL's conversational
 * prompt-completion form; `rejected.jsonl`; `letters.json`, how often each letter is right before and after balancing.
 *
 * @throws WovError if there are too few samples for the split
 */
export function writeSampleSet(root: string, run: Run, set: SampleSet, split: Split, form: Form): void {
  const rejected = writeRejected(root, run, set);
  const { training, validation } = withHint(
    () => splitSamples(set.kept, split),
    () => rejected,
  );
  const file = (name: string) => join(root, run.path(name));
  const lines = (samples: readonly Sample[]) =>
    samples.map((sample) => ({ ...toPromptCompletion(sample, form), id: sample.id }));
  for (const [size, samples] of training) writeLines(file(`train-${size}.jsonl`), lines(samples));
  writeLines(file("validation.jsonl"), lines(validation));
  writeFileSync(file("letters.json"), JSON.stringify(set.letters));
  if (run.records().length === 0) run.append(set.kept);
}

/**
 * Writes what was rejected, which may be looked at even if the samples are too few.
 *
 * @returns how much was rejected, by reason, and where to look; nothing if nothing was
 */
export function writeRejected(root: string, run: Run, { rejected }: SampleSet): string {
  const path = run.path(REJECTED);
  writeLines(join(root, path), rejected);
  if (rejected.length === 0) return "";
  return `Rejected: ${listCounts(tally(rejected.map(({ reason }) => reason)))}. ${path} has each of them, with its reason.`;
}

/** Does something, and adds a hint to the error with which it fails. */
export function withHint<T>(work: () => T, hint: () => string): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WovError) || !hint()) throw error;
    throw new WovError(`${error.message}. ${hint()}`, error.exitCode, { cause: error });
  }
}

export const writeLines = (file: string, lines: readonly unknown[]): void =>
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

/** The training file of a size, relative to the project's folder. */
export const trainingFile = (run: Run, size: number): string => run.path(`train-${size}.jsonl`);

/** The file of the samples kept for validation. */
export const validationFile = (run: Run): string => run.path("validation.jsonl");

/** The lines of a training file, with the ids of their samples. */
export function readTraining(root: string, run: Run, size: number): (PromptCompletion & { id: string })[] {
  run.verify();
  return readRecords(join(root, trainingFile(run, size))) as (PromptCompletion & { id: string })[];
}

/** What was rejected, and why. */
export function readRejected(root: string, run: Run): SampleSet["rejected"] {
  run.verify();
  return readRecords(join(root, run.path(REJECTED))) as SampleSet["rejected"];
}

/** How often each letter is right, as written and after balancing. */
export function readLetters(root: string, run: Run): SampleSet["letters"] {
  run.verify();
  return JSON.parse(readFileSync(join(root, run.path("letters.json")), "utf8"));
}

/** The full samples of a training set. */
export function samplesOf(root: string, { run }: Step, size: number): Sample[] {
  const chosen = new Set(readTraining(root, run, size).map((line) => line.id));
  return run.records<Sample>().filter((sample) => chosen.has(sample.id));
}
