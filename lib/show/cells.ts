import { holm } from "../stats/index";
import { type Cell, captionCell, OWN_LABELS, pictureCell, type Results } from "../study/index";
import { type CellComparison, compare } from "./numbers";

/** The same model on pictures before any training. */
export const beforeTraining = ({ model }: Cell): Cell => pictureCell(model);

/** VLMs on pictures, before training. */
export const vlmCells = ({ cells }: Results): Cell[] =>
  cells.filter(({ input, trained }) => input === "picture" && !trained);

/** The cells of Table 1: models before training. */
export const pilotCells = ({ cells }: Results): Cell[] => cells.filter(({ trained }) => !trained);

/** The cell of a VLM's base language model on captions, if the profile names one. */
export const baseCell = ({ bases }: Results, { model }: Cell): Cell | undefined =>
  bases[model] && captionCell(bases[model].model);

/** The cells of Table 2: VLMs on pictures after training on the text of a source. */
export const trainedCells = ({ cells }: Results): (Cell & { trained: NonNullable<Cell["trained"]> })[] =>
  cells.filter(
    (cell): cell is Cell & { trained: NonNullable<Cell["trained"]> } =>
      cell.trained !== undefined && cell.trained.source !== OWN_LABELS && cell.variant === "plain",
  );

/** The controls: own labels, and shuffled pictures. */
export const controlCells = ({ cells }: Results): Cell[] =>
  cells.filter(({ variant, trained }) => variant !== "plain" || trained?.source === OWN_LABELS);

/** Whether a source is the VLM's own base model. */
export const isOwn = ({ bases }: Results, model: string, source: string): boolean => bases[model]?.source === source;

/** A VLM after training on the largest set of a source, once per seed. */
export const largestOf = (results: Results, model: string, source: string | undefined): Cell[] =>
  trainedCells(results).filter(
    ({ model: one, trained }) => one === model && trained.source === source && trained.size === results.sizes.at(-1),
  );

/** "Qwen2 (tiny), its own base" */
export const sourceLabel = (results: Results, model: string, source: string): string =>
  `${results.labels.sources[source] ?? "own labels"}${isOwn(results, model, source) ? ", its own base" : ""}`;

/** A comparison with its p corrected over all comparisons that it is shown with. */
export type AdjustedComparison = CellComparison & { adjustedP: number };

/** Comparisons of pairs of cells, with p corrected by Holm over all of them; undefined if a cell has no result. */
export function compareFamily(
  results: Results,
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
