import { ratioOverSeeds } from "../stats/index";
import type { AnswerResults, Cell, Result } from "../study/index";
import { baseCell, beforeTraining, seedGroups, sourceLabel, type TrainedCell, trainedOn, vlmCells } from "./cells";
import { difference, differenceText } from "./differences";
import { NOT_THERE, type Table } from "./table";

/** A share is given only of a gap with p below this. */
const CLEAR_P = 0.05;

/** How much of a VLM's pilot gap a training closes. */
export interface GapClosed {
  cells: TrainedCell[];
  /** The gain divided by the gap: 1 if the VLM becomes as accurate as its base model on captions. */
  share: number;
  /** 95 %, over items and, if there are several, over seeds. */
  low: number;
  high: number;
  bySeed: number[];
}

/** By what share each training of Table 2 closes the gap, where there is a clear one and all results are there. */
export const gapsClosed = (results: AnswerResults): GapClosed[] =>
  seedGroups(results).flatMap((cells) => gapClosed(results, cells) ?? []);

function gapClosed(results: AnswerResults, cells: TrainedCell[]): GapClosed | undefined {
  if (cells.length === 0) return undefined;
  const before = beforeTraining(cells[0]!);
  const base = baseCell(results, before);
  const gap = base && difference(results, [before], [base]);
  const [was, reads] = [results.get(before), base && results.get(base)];
  const after = cells.flatMap((cell) => results.get(cell) ?? []);
  if (!gap || gap.points <= 0 || gap.p >= CLEAR_P || !was || !reads || after.length === 0) return undefined;
  const items = results.items.filter(({ index }) => [was, reads, ...after].every(({ letters }) => letters.has(index)));
  const minus = (one: Result, other: Result) =>
    items.map(({ index, gold }) => Number(one.letters.get(index) === gold) - Number(other.letters.get(index) === gold));
  const below = minus(reads, was);
  if (below.reduce((sum, one) => sum + one, 0) <= 0) return undefined;
  const found = ratioOverSeeds(
    after.map((one) => minus(one, was)),
    below,
    items.map(({ index }) => results.clusters.get(index)),
  );
  const { low, high } = found.both ?? found.items;
  return { cells, share: found.mean, low, high, bySeed: found.bySeed };
}

const percentOf = (share: number): string => {
  const percent = Math.round(100 * share);
  return `${percent < 0 ? "−" : ""}${Math.abs(percent)}`;
};

/** How much of the gap of the pilot study each training closes. */
export function gapTable(results: AnswerResults): Table {
  const groups = seedGroups(results);
  const over = results.seeds.length > 1 ? "items and training seeds" : "items";
  const gapOf = (cell: Cell) => {
    const base = baseCell(results, cell);
    return base && difference(results, [beforeTraining(cell)], [base]);
  };
  const gaps = new Map(groups.map(([cell]) => [cell!.model, gapOf(cell!)]));
  return {
    name: "gap",
    title: "How much of the pilot study's gap is closed by training on text?",
    note:
      "Gap: points by which the VLM's base language model, reading captions, is ahead of the VLM before training. " +
      "Closed: the gain divided by the gap; 100 % is as accurate as the base model on captions, and a training may close " +
      `more. Intervals: 95 %, over ${over}, by the delta method. “–”: no clear gap (p < ${CLEAR_P}). ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "gap", label: "Gap, points", numeric: true },
      { key: "source", label: "Source of the text" },
      { key: "size", label: "Samples", numeric: true },
      { key: "closed", label: "Closed, %", numeric: true },
      { key: "interval", label: "95 % interval" },
    ],
    rows: groups.map((cells) => {
      const { model, trained } = cells[0]!;
      const one = gapClosed(results, cells);
      return {
        model: results.labels.models[model]!,
        gap: differenceText(gaps.get(model)),
        source: sourceLabel(results, model, trained.source),
        size: trained.size.toLocaleString("en"),
        closed: one ? percentOf(one.share) : NOT_THERE,
        interval: one ? `${percentOf(one.low)} to ${percentOf(one.high)}` : NOT_THERE,
      };
    }),
  };
}

/** How much of the gap the largest training of each VLM on the teacher's text closes. */
export function gapText(results: AnswerResults): string {
  const largest = results.sizes.at(-1);
  const said = vlmCells(results)
    .flatMap(({ model }) => gapClosed(results, trainedOn(results, model, results.teacher, largest)) ?? [])
    .map(
      ({ cells, share, low, high }) =>
        `${results.labels.models[cells[0]!.model]} ${percentOf(share)} % (${percentOf(low)} to ${percentOf(high)})`,
    );
  if (said.length === 0) return "";
  return `Of the gap to its base model on captions, training on ${largest!.toLocaleString("en")} samples of ${results.labels.sources[results.teacher]} closes: ${said.join("; ")}.`;
}
