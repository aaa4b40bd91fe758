import { comparePublished, type Published, type PublishedNumber } from "../published/index";
import { wilson } from "../stats/index";
import type { Figure } from "./figure";
import { percent, pText, signed } from "./numbers";
import type { Table } from "./table";

const NOTE =
  "Computed from the paper's totals: the authors' replies are not public. More can be said only with them, or after a rerun.";

const nameOf = ({ model, source, size }: PublishedNumber) =>
  source ? `${model}, ${size! / 1000}k of ${source}` : model;

/** Table 1 of the paper, with the counts behind it and Wilson's intervals. */
export function publishedTable1({ items, numbers }: Published): Table {
  return {
    name: "published-table1",
    title: `Table 1 of the paper (${items.toLocaleString("en")} items)`,
    note: NOTE,
    columns: [
      { key: "model", label: "Model" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "correct", label: "Right", numeric: true },
      { key: "interval", label: "95 % interval" },
    ],
    rows: numbers
      .filter(({ place }) => place === "Table 1")
      .map(({ model, accuracy, correct }) => {
        const { low, high } = wilson(correct, items);
        const interval = `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
        return { model, accuracy: accuracy.toFixed(2), correct, interval };
      }),
  };
}

/** How well the paper's numbers support its statements: each comparison with its interval, tests and verdict. */
export function publishedDoubts(published: Published): Table {
  return {
    name: "published-doubts",
    title: "Which of the paper's statements are supported, and which may be chance?",
    note:
      "Unpaired: as if the two had answered different items (Newcombe's interval for each difference alone; p with Holm's " +
      "correction over the table, so that p may be large although the interval excludes 0). Paired: the range of McNemar's p over all ways in which their right answers may overlap. “p < 0.05 up " +
      `to”: the largest share of items on which they may differ for p < 0.05. ${NOTE}`,
    columns: [
      { key: "claim", label: "Statement" },
      { key: "first", label: "From" },
      { key: "second", label: "To" },
      { key: "points", label: "Points", numeric: true },
      { key: "interval", label: "95 % interval, uncorrected" },
      { key: "holm", label: "p, unpaired, Holm" },
      { key: "paired", label: "p, paired" },
      { key: "upTo", label: "p < 0.05 up to", numeric: true },
      { key: "verdict", label: "Verdict" },
    ],
    rows: comparePublished(published).map(({ claim, first, second, unpaired, holm, paired, verdict }) => ({
      claim,
      first: nameOf(first),
      second: nameOf(second),
      points: signed(100 * unpaired.difference),
      interval: `${signed(100 * unpaired.low)} to ${signed(100 * unpaired.high)}`,
      holm: pText(holm),
      paired: `${pText(paired.lowest)} to ${pText(paired.highest)}`,
      upTo: paired.significantUpTo === null ? "never" : `${percent(paired.significantUpTo).toFixed(1)} %`,
      verdict,
    })),
  };
}

/** Table 2 of the paper with intervals, starting from each model before training. */
export function publishedFigure({ items, numbers }: Published): Figure {
  const point = (n: PublishedNumber, x: number) => {
    const { low, high } = wilson(n.correct, items);
    return { x, y: n.accuracy, low: percent(low), high: percent(high) };
  };
  const rows = numbers.filter(({ place }) => place === "Table 2");
  const models = [...new Set(rows.map(({ model }) => model))];
  return {
    name: "published-sizes",
    title: "The paper's Table 2 with 95 % intervals",
    note: `Size 0: before training. Whiskers: 95 % intervals (Wilson) at n = ${items}. ${NOTE}`,
    kind: "lines",
    x: "training samples",
    y: "accuracy, %",
    panels: models.map((model) => ({
      title: model,
      series: [...new Set(rows.map(({ source }) => source!))].map((source) => ({
        name: source,
        points: [
          point(numbers.find((n) => n.place === "Table 1" && n.model === model)!, 0),
          ...rows.filter((n) => n.model === model && n.source === source).map((n) => point(n, n.size!)),
        ],
      })),
    })),
  };
}
