import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { WovError } from "../errors";
import { onOneLine } from "../escape";
import { beforeTraining } from "../show/index";
import {
  type Cell,
  cellName,
  cellsOfMean,
  findRun,
  parseCellName,
  type Results,
  type Study,
  type TracedRun,
  type TracedSample,
  traceRuns,
  traceSample,
} from "../study/index";
import { scoreCell, stepOf, type TracedCell } from "./cell";
import { type TracedFile, traceFile } from "./file";
import { findInReport, type Shown } from "./in-report";
import { seedGroupsOf, type TracedMean, traceMean } from "./mean";

/** Where a number, a run or a sample comes from, as data. */
export type Trace = { profile: string } & (
  | { kind: "cell"; cells: TracedCell[]; shown: Shown[]; runs: TracedRun[] }
  | { kind: "mean"; mean: TracedMean; shown: Shown[]; runs: TracedRun[] }
  | { kind: "run"; cells: TracedCell[]; runs: TracedRun[] }
  | ({ kind: "file"; cells: TracedCell[]; means: TracedMean[]; runs: TracedRun[] } & Omit<TracedFile, "used">)
  | { kind: "sample"; sample: TracedSample; runs: TracedRun[] }
);

/**
 * Traces a file of the report or of `wov figures`, a cell by its name, a mean over seeds by the name without a seed, a run
 * by its id or folder, or a sample by its id, back to what it was made from. Every file of every run on the way is
 * compared with its manifest, and accuracies are computed again from the raw replies.
 *
 * @throws WovError if there is nothing of this name
 */
export async function traceTarget(study: Study, target: string): Promise<Trace> {
  const { root, profile } = study;
  const results = study.results();
  const cell = parseCellName(target, results);
  if (cell) return { profile: profile.name, ...traceCell(study, results, cell) };
  const seeds = cellsOfMean(target, results);
  if (seeds.length > 0) return { profile: profile.name, ...traceSeeds(study, results, seeds) };
  const run = findRun(root, target);
  if (run) {
    const filled = study.layout.cells.filter(({ step }) => step.run.id === run).map(({ cell }) => cell);
    const { cells, runs } = traceAll(study, results, filled, [run]);
    return { profile: profile.name, kind: "run", cells, runs };
  }
  if (existsSync(target) && statSync(target).isFile())
    return { profile: profile.name, kind: "file", ...(await traceWithRuns(study, results, target)) };
  const sample = traceSample(study, target);
  if (!sample) throw unknown(study, results, target);
  return {
    ...{ profile: profile.name, kind: "sample", sample },
    runs: traceRuns(
      study,
      sample.fates.map(({ run: id }) => id),
    ),
  };
}

/** A file and the runs behind it. What was changed is looked for first: nothing is computed from it. */
async function traceWithRuns(study: Study, results: Results, target: string) {
  const begun = study.layout.steps.filter(({ run }) => run.state() !== "new").map(({ run }) => run.id);
  const changed = traceRuns(study, begun).filter(({ state }) => state === "damaged");
  try {
    const { used, ...file } = await traceFile(study, target);
    const sources = used.sources.map((source) => study.layout.sources[source]!.samples.run.id);
    const { cells, runs, changed: damaged } = traceAll(study, results, used.cells, sources);
    const means = seedGroupsOf(used.cells).map((seeds) => traceMean(study, results, seeds, damaged));
    return { ...file, cells, means, runs };
  } catch (error) {
    if (!(error instanceof WovError) || changed.length === 0) throw error;
    const where = "none of it can be computed again from runs that were changed";
    const writtenAt = statSync(target).mtime.toISOString();
    return {
      file: target,
      title: basename(target),
      writtenAt,
      differences: [{ where }],
      cells: [],
      means: [],
      runs: changed,
    };
  }
}

function traceCell(study: Study, results: Results, cell: Cell) {
  const { cells, runs, changed } = traceAll(study, results, [cell]);
  const [{ score }] = cells as [TracedCell];
  const shown = score && changed.size === 0 ? findInReport(study, results, [cell], score.accuracy.toFixed(2)) : [];
  return { kind: "cell" as const, cells, shown, runs };
}

function traceSeeds(study: Study, results: Results, seeds: readonly Cell[]) {
  const { runs, changed } = traceAll(study, results, [beforeTraining(seeds[0]!), ...seeds]);
  const mean = traceMean(study, results, seeds, changed);
  const shown = mean.score && changed.size === 0 ? findInReport(study, results, seeds) : [];
  return { kind: "mean" as const, mean, shown, runs };
}

/** Cells with their numbers, all runs behind them and behind other runs, and which of these were changed. */
function traceAll(study: Study, results: Results, cells: readonly Cell[], more: readonly string[] = []) {
  const begun = cells.map((cell) => stepOf(study, cell).run).filter((run) => run.state() !== "new");
  const runs = traceRuns(study, [...more, ...begun.map(({ id }) => id)]);
  const changed = new Set(runs.flatMap(({ id, state }) => (state === "damaged" ? [id] : [])));
  return { cells: cells.map((cell) => scoreCell(study, results, cell, changed)), runs, changed };
}

/** Whether the numbers come out as they are shown, and nothing on the way to them was changed. */
export function isSound(trace: Trace): boolean {
  if (trace.runs.some(({ state }) => state === "damaged")) return false;
  if (trace.kind === "file") return trace.differences.length === 0;
  if (trace.kind !== "cell" && trace.kind !== "mean") return true;
  const scores: (object | undefined)[] =
    trace.kind === "mean" ? [trace.mean.score] : trace.cells.map(({ score }) => score);
  return scores.every((score) => score !== undefined) && trace.shown.every(({ same }) => same);
}

const MAX_NAMES = 8;

function unknown({ profile }: Study, results: Results, target: string): WovError {
  const [model] = target.split("/");
  const names = results.cells.map((cell) => cellName(cell, results));
  const near = [`${target}`, `${model}/`].map((start) => names.filter((name) => name.startsWith(start)));
  const listed = (near.find((some) => some.length > 0) ?? names).slice(0, MAX_NAMES);
  return new WovError(
    `${onOneLine(target)}: expected a file of the report or of wov figures (report/${profile.name}/table2.csv), a cell, a run ` +
      `(runs/ask/NAME-HASH) or a sample (${profile.teacher}-call-0-0) of the study '${profile.name}'. Some of its cells: ` +
      `${listed.join(", ")}. Another study is named with --profile`,
    2,
  );
}
