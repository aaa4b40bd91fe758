import type { Breakdown, Share } from "../answers/index";
import { counted } from "../count";
import { percentText, rangeText } from "./numbers";
import type { Table } from "./table";

/** One file of predictions as each scorer reads it. */
export function scoresTable(results: readonly Breakdown[]): Table {
  const { missing, items } = results[0]!;
  const rest =
    missing > 0
      ? ` There is no prediction for ${counted(missing, "item")}; the accuracy is that on the other ${items}.`
      : "";
  return {
    name: "scores",
    title: "Scores",
    note: `Unparsed replies count as wrong.${rest}`,
    columns: [
      { key: "scorer", label: "Scorer" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "clustered", label: "… with repeats as one item" },
      { key: "correct", label: "Right", numeric: true },
      { key: "unparsed", label: "Unparsed", numeric: true },
      { key: "items", label: "Items", numeric: true },
    ],
    rows: results.map(({ scorer, accuracy, interval, clusteredInterval, correct, unparsed, items }) => ({
      scorer,
      accuracy: percentText(accuracy),
      interval: rangeText(interval),
      clustered: rangeText(clusteredInterval),
      correct,
      unparsed,
      items,
    })),
  };
}

const PARTS = { byCategory: "category", byGold: "right letter", byPosition: "position of the right option" };

const row = (part: string, { accuracy, correct, items }: Share) => ({
  part,
  accuracy: percentText(accuracy),
  correct,
  items,
});

/** A breakdown: all items, then their parts. */
export function breakdownTable(breakdown: Breakdown, by: keyof typeof PARTS = "byCategory"): Table {
  const { accuracy, interval, items, correct, unparsed } = breakdown;
  return {
    name: "breakdown",
    title: `Accuracy on all items and by ${PARTS[by]}`,
    note: `95 % interval for all items (Wilson): ${rangeText(interval)}. Unparsed: ${unparsed}.`,
    columns: [
      { key: "part", label: "" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "correct", label: "Right", numeric: true },
      { key: "items", label: "Items", numeric: true },
    ],
    rows: [
      row("all", { accuracy, correct, items }),
      ...Object.entries(breakdown[by]).map(([part, share]) => row(part, share)),
    ],
  };
}

/** A few replies that the scorer could not read; "" if it read them all. */
export function unparsedText({ scorer, unparsedExamples }: Breakdown): string {
  const lines = unparsedExamples.map(({ index, reply }) => `  item ${index}: ${JSON.stringify(reply)}\n`);
  return lines.length > 0 ? `Unparsed by '${scorer}', for example:\n${lines.join("")}` : "";
}
