import { groupBy } from "../count";
import type { AnswerResults } from "../study/index";
import { seedGroups, sourceLabel, type TrainedCell } from "./cells";
import {
  type AdjustedDifference,
  adjustedText,
  differences,
  differencesNote,
  differenceText,
  rangeOfPoints,
} from "./differences";
import { signed } from "./numbers";
import type { Table } from "./table";

const CLEAR_P = 0.05;

/** Two sources on whose text a VLM was trained, at the same size. */
interface SourcePair {
  first: TrainedCell[];
  second: TrainedCell[];
}

/** All pairs of sources of each VLM at each size, in the order of Table 2. */
function sourcePairs(results: AnswerResults): SourcePair[] {
  const equal = groupBy(seedGroups(results), ([cell]) => JSON.stringify([cell!.model, cell!.trained.size]));
  return [...equal.values()].flatMap((groups) =>
    groups.flatMap((first, i) => groups.slice(i + 1).map((second) => ({ first, second }))),
  );
}

const compared = (results: AnswerResults, pairs: readonly SourcePair[]) =>
  differences(
    results,
    pairs.map(({ first, second }) => [first, second] as const),
  );

/** The sources against each other, for each VLM at equal size. */
export function sourcesComparedTable(results: AnswerResults): Table {
  const pairs = sourcePairs(results);
  const found = compared(results, pairs);
  return {
    name: "sources-compared",
    title: "Whose text is better? Sources against each other at equal size",
    note: `Points: accuracy after training on the second source's text minus that on the first's. ${differencesNote(found)} ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "size", label: "Samples", numeric: true },
      { key: "first", label: "First source" },
      { key: "second", label: "Second source" },
      { key: "points", label: "Second − first, points", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "p", label: "p (Holm)", numeric: true },
    ],
    rows: pairs.map(({ first, second }, i) => {
      const { model, trained } = first[0]!;
      return {
        model: results.labels.models[model]!,
        size: trained.size.toLocaleString("en"),
        first: sourceLabel(results, model, trained.source),
        second: sourceLabel(results, model, second[0]!.trained.source),
        points: differenceText(found[i]),
        interval: rangeOfPoints(found[i]),
        p: adjustedText(found[i]),
      };
    }),
  };
}

/** How many of the differences between sources are clear, and how far other text is from the teacher's. */
export function sourcesComparedText(results: AnswerResults): string {
  const pairs = sourcePairs(results);
  const found = compared(results, pairs);
  const there = found.filter((one) => one !== undefined);
  if (there.length === 0) return "";
  const clear = there.filter(({ adjustedP }) => adjustedP < CLEAR_P).length;
  const byTeacher = pairs.flatMap(({ first, second }, i): { source: string; behind: number }[] => {
    const [one, other] = [first[0]!.trained.source, second[0]!.trained.source];
    const points: AdjustedDifference["points"] | undefined = found[i]?.points;
    if (points === undefined) return [];
    if (one === results.teacher) return [{ source: other, behind: -points }];
    return other === results.teacher ? [{ source: one, behind: points }] : [];
  });
  const said = [...groupBy(byTeacher, ({ source }) => source)].map(([source, all]) => {
    const values = all.map(({ behind }) => -behind);
    const [low, high] = [signed(Math.min(...values)), signed(Math.max(...values))];
    return `${results.labels.sources[source]} ${low === high ? low : `${low} to ${high}`}`;
  });
  return [
    `${clear} of ${there.length} differences between sources at equal size are clear (p < ${CLEAR_P}, Holm).`,
    said.length > 0
      ? `Points against ${results.labels.sources[results.teacher]} at equal size: ${said.join("; ")}.`
      : "",
  ]
    .filter(Boolean)
    .join(" ");
}
