import { groupBy } from "../count";
import { holm } from "../stats/index";
import { type AnswerResults, type Cell, captionCell, OWN_LABELS, pictureCell } from "../study/index";
import { type CellComparison, compare } from "./numbers";

/** The same model on pictures before any training. */
export const beforeTraining = ({ model }: Cell): Cell => pictureCell(model);

/** The cells of Table 1: models before training. */
export const pilotCells = ({ cells }: AnswerResults): Cell[] =>
  cells.filter(({ variant, trained }) => variant === "plain" && !trained);

/** VLMs on pictures, before training. */
export const vlmCells = (results: AnswerResults): Cell[] =>
  pilotCells(results).filter(({ input }) => input === "picture");

/** The cell of a VLM's base language model on captions, if the profile names one. */
export const baseCell = ({ bases }: AnswerResults, { model }: Cell): Cell | undefined =>
  bases[model] && captionCell(bases[model].model);

/** A cell of a model that was trained. */
export type TrainedCell = Cell & { trained: NonNullable<Cell["trained"]> };

const isTrained = (cell: Cell): cell is TrainedCell => cell.trained !== undefined;

/** The cells of Table 2: VLMs on pictures after the usual training on the text of a source. */
export const trainedCells = ({ cells }: AnswerResults): TrainedCell[] =>
  cells
    .filter(isTrained)
    .filter(({ variant, trained }) => variant === "plain" && trained.source !== OWN_LABELS && !trained.method);

/** The controls: training on own labels, and shuffled pictures after training. */
export const controlCells = ({ cells }: AnswerResults): TrainedCell[] =>
  cells
    .filter(isTrained)
    .filter(({ variant, trained }) =>
      variant === "plain" ? trained.source === OWN_LABELS : variant === "shuffled-picture",
    );

/** The trained cells in groups that differ in their training seed alone, in the order of Table 2. */
export const seedGroups = (results: AnswerResults): TrainedCell[][] => [
  ...groupBy(trainedCells(results), ({ model, trained: { source, size } }) =>
    JSON.stringify([model, source, size]),
  ).values(),
];

/** A VLM after training on a source's set of some size, once per seed; empty if the study has none. */
export const trainedOn = (
  results: AnswerResults,
  model: string,
  source: string | undefined,
  size: number | undefined,
): TrainedCell[] =>
  trainedCells(results).filter(
    ({ model: one, trained }) => one === model && trained.source === source && trained.size === size,
  );

/** The sizes at which a VLM is trained on a source's text, ascending. */
export const sizesFor = (results: AnswerResults, model: string, source: string | undefined): number[] => {
  const cells = trainedCells(results).filter(({ model: one, trained }) => one === model && trained.source === source);
  return [...new Set(cells.map(({ trained }) => trained.size))].sort((a, b) => a - b);
};

/** A VLM after training on the largest set of a source that the study has for it, once per seed. */
export const largestOf = (results: AnswerResults, model: string, source: string | undefined): TrainedCell[] =>
  trainedOn(results, model, source, sizesFor(results, model, source).at(-1));

/** The sources that are text of the VLM's own base model: as written, checked, or otherwise made from it. */
export function ownSources({ bases }: AnswerResults, model: string): string[] {
  const { source, checked, remade = [] } = bases[model] ?? {};
  const all = [source, checked, ...remade.map((one) => one.source)];
  return [...new Set(all.filter((one) => one !== undefined))];
}

/** Whether a source is text of the VLM's own base model. */
export const isOwn = (results: AnswerResults, model: string, source: string): boolean =>
  ownSources(results, model).includes(source);

/** "Qwen2 (tiny), its own base" */
export const sourceLabel = (results: AnswerResults, model: string, source: string): string =>
  `${results.labels.sources[source] ?? "own labels"}${isOwn(results, model, source) ? ", its own base" : ""}`;

/** A comparison with its p corrected over all comparisons that it is shown with. */
export type AdjustedComparison = CellComparison & { adjustedP: number };

/** Comparisons of pairs of cells, with p corrected by Holm over all of them; undefined if a cell has no result. */
export function compareFamily(
  results: AnswerResults,
  pairs: readonly (readonly [Cell, Cell])[],
): (AdjustedComparison | undefined)[] {
  const compared = pairs.map(([before, after]) => compare(results, before, after));
  const there = compared.filter((one) => one !== undefined);
  const adjusted = holm(there.map(({ p }) => p));
  return compared.map((one) => one && { ...one, adjustedP: adjusted[there.indexOf(one)]! });
}

/** Names the test behind the p values of a table. */
export const testNote = (comparisons: readonly (CellComparison | undefined)[]): string => {
  const count = comparisons.filter((one) => one).length;
  if (count === 0) return "";
  const clustered = comparisons.some((one) => one?.test === "clustered sign-flip");
  const test = clustered ? "sign-flip test over clusters of repeated questions" : "exact McNemar test";
  return `p: ${test}, with Holm's correction over the ${count} comparison${count > 1 ? "s" : ""} in this table.`;
};
