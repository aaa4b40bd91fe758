import { clustersOf, type Item } from "../benchmark/index";
import { clusteredMean, detectableDifference } from "../stats/index";
import type { Findings, Result } from "../study/index";
import { percent } from "./numbers";
import type { Table } from "./table";

/** Where the models of Table 1 lose: accuracy by category, worst for all of them first. */
export function categoryTable(findings: Findings): Table {
  const names = [...new Set(findings.items.map(({ category }) => category))];
  const rows = names.map((category) => {
    const at = positionsOf(findings, (item) => item.category === category);
    const shares = findings.table1.map((result) => shareAt(findings, result, at));
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    return { mean, row: { category, items: at.length, ...cells(findings, shares) } };
  });
  return {
    name: "categories",
    title: "Where the models lose: accuracy by category, %",
    note: `The hardest category first. ${findings.evidence}`,
    columns: [
      { key: "category", label: "Category" },
      { key: "items", label: "Items", numeric: true },
      ...modelColumns(findings),
    ],
    rows: rows.sort((a, b) => a.mean - b.mean).map(({ row }) => row),
  };
}

/** Whether the place of an option counts: how often each place was chosen, beside how often it was right. */
export function positionTable(findings: Findings): Table {
  const places = Math.max(...findings.items.map(({ options }) => options.length));
  const share = (count: number) => (100 * count) / findings.items.length;
  return {
    name: "positions",
    title: "Does the place of an option count? How often each was chosen, %",
    note: `A model without a bias chooses each place about as often as it is right. ${findings.evidence}`,
    columns: [
      { key: "place", label: "Place" },
      { key: "right", label: "Right", numeric: true },
      ...modelColumns(findings),
    ],
    rows: Array.from({ length: places }, (_, place) => {
      const isAt = (item: Item, letter: string | null) => item.options[place]?.letter === letter;
      const right = findings.items.filter((item) => isAt(item, item.gold)).length;
      const chosen = findings.table1.map(
        ({ letters }) => findings.items.filter((item, i) => isAt(item, letters[i]!)).length,
      );
      return {
        place: place + 1,
        right: share(right).toFixed(1),
        ...cells(
          findings,
          chosen.map((n) => n / findings.items.length),
        ),
      };
    }),
  };
}

/** What repeats of items do to the intervals of Table 1, and what differences could be found at all. */
export function precisionTable(findings: Findings): Table {
  const clusters = clustersOf(findings.items);
  const different = new Set(clusters).size;
  return {
    name: "precision",
    title: `How exact is Table 1? ${findings.items.length} items, ${different} different questions`,
    note:
      "Cluster-robust: repeats of a question count as one. Last column: the smallest difference from the first row that " +
      `McNemar's test finds four times of five at p < 0.05, given on how many items the two differ. ${findings.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "interval", label: "95 % interval, cluster-robust" },
      { key: "differ", label: "Differs from the first on, %", numeric: true },
      { key: "detectable", label: "Detectable, points", numeric: true },
    ],
    rows: findings.table1.map((result, i) => {
      const { mean, low, high } = clusteredMean(rightOf(findings, result).map(Number), clusters);
      const apart = i === 0 ? 0 : discordance(findings, findings.table1[0]!, result);
      return {
        model: result.label,
        accuracy: percent(mean).toFixed(2),
        interval: `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`,
        differ: i === 0 ? "" : (100 * apart).toFixed(1),
        detectable: apart > 0 ? (100 * detectableDifference(findings.items.length, apart)).toFixed(1) : "",
      };
    }),
  };
}

const rightOf = ({ items }: Findings, { letters }: Result) => items.map((item, i) => letters[i] === item.gold);

/** Share of the items on which exactly one of two is right. */
function discordance(findings: Findings, one: Result, other: Result): number {
  const [a, b] = [rightOf(findings, one), rightOf(findings, other)];
  return a.filter((right, i) => right !== b[i]).length / a.length;
}

const positionsOf = ({ items }: Findings, keep: (item: Item) => boolean) =>
  items.flatMap((item, i) => (keep(item) ? [i] : []));

const shareAt = (findings: Findings, result: Result, at: readonly number[]) =>
  at.filter((i) => result.letters[i] === findings.items[i]!.gold).length / at.length;

const keyOf = ({ model, input }: Findings["table1"][number]) => `${model} ${input}`;

const modelColumns = ({ table1 }: Findings) =>
  table1.map((result) => ({ key: keyOf(result), label: result.label, numeric: true }));

const cells = ({ table1 }: Findings, shares: readonly number[]) =>
  Object.fromEntries(table1.map((result, i) => [keyOf(result), (100 * shares[i]!).toFixed(1)]));
