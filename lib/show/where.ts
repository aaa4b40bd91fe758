import { clusteredMean, detectableDifference } from "../stats/index";
import { type AnswerResults, type Cell, cellKey, type ItemFacts, type Result } from "../study/index";
import { pilotCells } from "./cells";
import { percentText } from "./numbers";
import { NOT_THERE, type Table } from "./table";

/** The results of Table 1, as far as they are there. */
const pilotResults = (results: AnswerResults): Result[] =>
  pilotCells(results).flatMap((cell) => results.get(cell) ?? []);

/** Accuracy of the models of Table 1 by category, the hardest first. */
export function categoryTable(results: AnswerResults): Table {
  const models = pilotResults(results);
  const names = [...new Set(results.items.map(({ category }) => category))];
  const rows = names.map((category) => {
    const items = results.items.filter((item) => item.category === category);
    const shares = models.map((result) => shareRight(result, items));
    const mean = shares.reduce<number>((sum, share) => sum + (share ?? 0), 0) / shares.length;
    return { mean, row: { category, items: items.length, ...shareCells(models, shares) } };
  });
  return {
    name: "categories",
    title: "Where do the models fail? Accuracy by category, %",
    note: `The hardest category first. ${results.evidence}`,
    columns: [
      { key: "category", label: "Category" },
      { key: "items", label: "Items", numeric: true },
      ...modelColumns(results, models),
    ],
    rows: rows.sort((a, b) => a.mean - b.mean).map(({ row }) => row),
  };
}

/** Whether the position of an option matters: how often each was chosen, and how often it was right. */
export function positionTable(results: AnswerResults): Table {
  const { items } = results;
  const models = pilotResults(results);
  const places = Math.max(0, ...items.map(({ options }) => options.length));
  const isAt = (item: ItemFacts, place: number, letter: string | null | undefined) =>
    item.options[place]?.letter === letter;
  const share = (some: readonly ItemFacts[], place: number, letter: (item: ItemFacts) => string | null | undefined) =>
    some.filter((item) => isAt(item, place, letter(item))).length / some.length;
  return {
    name: "positions",
    title: "Does the position of an option matter? How often each was chosen, %",
    note: `An unbiased model chooses each position about as often as it is right. ${results.evidence}`,
    columns: [
      { key: "place", label: "Position" },
      { key: "right", label: "Right", numeric: true },
      ...modelColumns(results, models),
    ],
    rows: Array.from({ length: places }, (_, place) => ({
      place: place + 1,
      right: percentText(
        share(items, place, ({ gold }) => gold),
        1,
      ),
      ...shareCells(
        models,
        models.map((result) => share(seenBy(result, items), place, ({ index }) => result.letters.get(index))),
      ),
    })),
  };
}

/** The intervals of Table 1 with repeats of items as clusters, and the smallest differences that could be found. */
export function precisionTable(results: AnswerResults): Table {
  const models = pilotResults(results);
  const different = new Set(results.clusters.values()).size;
  return {
    name: "precision",
    title: `How precise is Table 1?${different > 0 ? ` ${results.items.length} items, ${different} different questions` : ""}`,
    note:
      "Cluster-robust: repeats of a question count as one. Last column: the smallest difference from the first row that " +
      `McNemar's test finds with 80 % power at p < 0.05, given the share of items on which the two differ. ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "interval", label: "95 % interval, cluster-robust" },
      { key: "differ", label: "Items that differ from the first row, %", numeric: true },
      { key: "detectable", label: "Detectable difference, points", numeric: true },
    ],
    rows: models.map((result, i) => ({
      model: results.labels.models[result.cell.model]!,
      ...meanCells(results, result),
      ...(i === 0 ? { differ: "", detectable: "" } : differenceCells(results, models[0]!, result)),
    })),
  };
}

function meanCells(results: AnswerResults, result: Result) {
  const items = seenBy(result, results.items);
  const right = items.map((item) => Number(isRight(result, item)));
  const clusters = items.map(({ index }) => results.clusters.get(index));
  if (new Set(clusters).size < 2) return { accuracy: percentText(result.correct / result.items), interval: NOT_THERE };
  const { mean, low, high } = clusteredMean(right, clusters);
  return { accuracy: percentText(mean), interval: `${percentText(low, 1)}–${percentText(high, 1)}` };
}

/** The share of items on which only one of two is right, and the smallest difference that could then be found. */
function differenceCells(results: AnswerResults, one: Result, other: Result) {
  const items = seenBy(one, seenBy(other, results.items));
  const apart = items.filter((item) => isRight(one, item) !== isRight(other, item)).length / items.length;
  const points = apart > 0 ? detectableDifference(items.length, apart) : Number.POSITIVE_INFINITY;
  return { differ: percentText(apart, 1), detectable: Number.isFinite(points) ? percentText(points, 1) : NOT_THERE };
}

const isRight = ({ letters }: Result, { index, gold }: ItemFacts) => letters.get(index) === gold;

const seenBy = ({ letters }: Result, items: readonly ItemFacts[]) => items.filter(({ index }) => letters.has(index));

/** Share of right answers among those of `items` that the model saw; undefined if it saw none. */
function shareRight(result: Result, items: readonly ItemFacts[]): number | undefined {
  const seen = seenBy(result, items);
  return seen.length === 0 ? undefined : seen.filter((item) => isRight(result, item)).length / seen.length;
}

const modelColumns = ({ labels }: AnswerResults, models: readonly Result[]) =>
  models.map(({ cell }) => ({ key: cellKey(cell), label: labelOf(labels.models, cell), numeric: true }));

const labelOf = (labels: Record<string, string>, { model }: Cell) => labels[model]!;

const shareCells = (models: readonly Result[], shares: readonly (number | undefined)[]) =>
  Object.fromEntries(
    models.map(({ cell }, i) => [cellKey(cell), shares[i] === undefined ? NOT_THERE : percentText(shares[i]!, 1)]),
  );
