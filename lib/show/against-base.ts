import type { AnswerResults } from "../study/index";
import { beforeTraining, seedGroups, sourceLabel } from "./cells";
import { adjustedText, differences, differencesNote, differenceText, meanAccuracy, rangeOfPoints } from "./differences";
import { NOT_THERE, type Table } from "./table";

/** Every training of Table 2 against the same model before it. */
export function againstBaseTable(results: AnswerResults): Table {
  const groups = seedGroups(results);
  const found = differences(
    results,
    groups.map((cells) => [[beforeTraining(cells[0]!)], cells] as const),
  );
  const several = results.seeds.length > 1;
  const mean = several ? ", mean over seeds" : "";
  return {
    name: "against-base",
    title: "Does training on text help? Every training against the same model before it",
    note: `Gained: wrong before and right after it. ${differencesNote(found)} ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "source", label: "Source of the text" },
      { key: "size", label: "Samples", numeric: true },
      ...(several ? [{ key: "seeds", label: "Seeds", numeric: true }] : []),
      { key: "before", label: "Before, %", numeric: true },
      { key: "after", label: "After, %", numeric: true },
      { key: "gained", label: `Gained${mean}`, numeric: true },
      { key: "lost", label: `Lost${mean}`, numeric: true },
      { key: "points", label: "Points", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "p", label: "p (Holm)", numeric: true },
    ],
    rows: groups.map((cells, i) => {
      const { model, trained } = cells[0]!;
      const one = found[i];
      const count = (value: number | undefined) => (value === undefined ? NOT_THERE : Number(value.toFixed(1)));
      return {
        model: results.labels.models[model]!,
        source: sourceLabel(results, model, trained.source),
        size: trained.size.toLocaleString("en"),
        seeds: one?.after.length ?? 0,
        before: meanAccuracy(results, [beforeTraining(cells[0]!)]),
        after: meanAccuracy(results, cells),
        gained: count(one?.gained),
        lost: count(one?.lost),
        points: differenceText(one),
        interval: rangeOfPoints(one),
        p: adjustedText(one),
      };
    }),
  };
}
