import { groupBy } from "../count";
import { beforeTraining, difference, percent } from "../show/index";
import { meanOf } from "../stats/index";
import { type Cell, meanName, type Results, type Study } from "../study/index";
import { scoreCell, type TracedCell } from "./cell";

/** A mean over training seeds, computed again from its parts. */
export interface TracedMean {
  /** The name that its cells share: theirs without the seed. */
  name: string;
  /** One cell per seed. */
  cells: TracedCell[];
  /** Accuracies in percent: their mean, the lowest and the highest. Absent where a cell has no number. */
  score?: { accuracy: number; low: number; high: number };
  /** Points gained over the same model before training. Absent if that has no number, or the cells have another input. */
  gain?: TracedGain;
}

/** Points gained by training, over several seeds. */
export interface TracedGain {
  before: TracedCell;
  points: number;
  /** By seed, in the order of the cells. */
  bySeed: number[];
  /** The 95 % interval, over items and seeds. */
  interval: { low: number; high: number };
}

/**
 * Computes the mean of cells that differ in their training seed alone.
 *
 * @param changed ids of runs that were changed, from which nothing is computed
 */
export function traceMean(
  study: Study,
  results: Results,
  cells: readonly Cell[],
  changed: ReadonlySet<string>,
): TracedMean {
  const [first] = cells as [Cell, ...Cell[]];
  const traced = cells.map((cell) => scoreCell(study, results, cell, changed));
  const mean = { name: meanName(first), cells: traced };
  const shares = traced.flatMap(({ score }) => (score ? [score.right / score.items] : []));
  if (shares.length < traced.length) return mean;
  const [low, high] = [Math.min(...shares), Math.max(...shares)];
  const score = { accuracy: percent(meanOf(shares)), low: percent(low), high: percent(high) };
  return { ...mean, score, gain: gainOf(study, results, cells, changed) };
}

/** The variants whose gain the tables state, over the model before training on the items' own pictures. */
const COMPARED = ["plain", "shuffled-picture"];

function gainOf(
  study: Study,
  results: Results,
  cells: readonly Cell[],
  changed: ReadonlySet<string>,
): TracedGain | undefined {
  const [first] = cells as [Cell, ...Cell[]];
  if (!COMPARED.includes(first.variant)) return undefined;
  const before = scoreCell(study, results, beforeTraining(first), changed);
  const found = before.score && difference(results, [before.cell], cells);
  return (
    found && { before, points: found.points, bySeed: found.bySeed, interval: { low: found.low, high: found.high } }
  );
}

/** Groups of cells that differ in their training seed alone; only those with several seeds. */
export const seedGroupsOf = (cells: readonly Cell[]): Cell[][] =>
  [
    ...groupBy(
      cells.filter(({ trained }) => trained),
      meanName,
    ).values(),
  ].filter((some) => some.length > 1);
