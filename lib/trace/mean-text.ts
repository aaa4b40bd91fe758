import { counted, groupBy } from "../count";
import { rangeOfPoints, signed } from "../show/index";
import { entry } from "./cell";
import type { Shown } from "./in-report";
import { sentence } from "./lines";
import type { TracedMean } from "./mean";

/** A mean over seeds for a terminal: computed again from its parts, and beside it what the report states. */
export function meanLines({ name, cells, score, gain }: TracedMean, shown: readonly Shown[], next: string): string[] {
  const parts = [...(gain ? [gain.before] : []), ...cells];
  const width = Math.max(...parts.map((part) => part.name.length));
  return [
    name,
    ...(score
      ? sentence(`${meanText({ score, cells })}.${gainText(gain)} Computed again from the raw replies of these cells:`)
      : sentence(`This mean has no number: the answers of a cell are not complete, or were changed. ${next}`)),
    ...parts.flatMap((part) => entry(part, width)),
    ...[...groupBy(shown, ({ file, row }) => `${file} (${row})`)].flatMap(([place, some]) => [
      "",
      ...statedLines(place, some),
    ]),
    "",
  ];
}

/** "72.50 %: mean over 2 training seeds, from 70.00 to 75.00" */
export const meanText = ({ score, cells }: Pick<TracedMean, "score" | "cells">): string =>
  score
    ? `${score.accuracy.toFixed(2)} %: mean over ${counted(cells.length, "training seed")}, from ${score.low.toFixed(2)} to ${score.high.toFixed(2)}`
    : "no number";

function gainText(gain: TracedMean["gain"]): string {
  if (!gain) return "";
  const { points, bySeed, interval } = gain;
  const range = { low: Math.min(...bySeed), high: Math.max(...bySeed) };
  return (
    ` Gained over ${gain.before.name}: ${signed(points)} points, by seed ${rangeOfPoints(range)}, ` +
    `95 % interval over items and seeds ${rangeOfPoints(interval)}.`
  );
}

function statedLines(place: string, shown: readonly Shown[]): string[] {
  const wrong = shown.some(({ same }) => !same);
  return [
    ...sentence(place),
    ...shown.flatMap(({ column, text, computed, same }) =>
      sentence(`${same ? "" : "✗ "}${column}: stated ${text ?? "nowhere"}; recomputed ${computed}`, "  "),
    ),
    ...(wrong ? sentence("This file was edited, or is of another state of the study.", "  ") : []),
  ];
}
