import { groupBy, listCounts } from "../count";
import { type Cell, cellKey, type Results } from "../study/index";
import {
  type AdjustedComparison,
  baseCell,
  beforeTraining,
  compareFamily,
  controlCells,
  pilotCells,
  sourceLabel,
  testNote,
  trainedCells,
  vlmCells,
} from "./cells";
import { accuracy, intervalText, pText, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";

const STAR_P = 0.01;

/** Table 1 (paper, section 2.3): LLMs on captions and VLMs on pictures. */
export function table1(results: Results): Table {
  const vlms = vlmCells(results).filter((vlm) => baseCell(results, vlm));
  const gaps = compareFamily(
    results,
    vlms.map((vlm) => [vlm, baseCell(results, vlm)!] as const),
  );
  const gapOf = new Map(vlms.map((vlm, i) => [cellKey(vlm), gaps[i]]));
  return {
    name: "table1",
    title:
      "Table 1. Who chooses better: language models that read a caption, or vision-language models that see the picture?",
    note: `${testNote(gaps)} ${missingNote(results)}${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "input", label: "Input" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "correct", label: "Right", numeric: true },
      { key: "unparsed", label: "Unparsed", numeric: true },
      { key: "items", label: "Items", numeric: true },
      { key: "gap", label: "Its base LLM on captions is ahead by" },
    ],
    rows: pilotCells(results).map((cell) => ({
      ...resultCells(results, cell),
      input: cell.input,
      gap: vlms.includes(cell) ? gapText(gapOf.get(cellKey(cell))) : "",
    })),
  };
}

/** Points by which the base LLM is ahead on captions. */
const gapText = (gap: AdjustedComparison | undefined) =>
  gap ? `${signed(gap.points)} (p ${pText(gap.adjustedP)})` : NOT_THERE;

/** Table 2 (paper, section 4.2): accuracy on pictures after training on text, by source and size. */
export function table2(results: Results): Table {
  const cells = trainedCells(results);
  const gains = compareFamily(
    results,
    cells.map((cell) => [beforeTraining(cell), cell] as const),
  );
  const gainOf = new Map(cells.map((cell, i) => [cellKey(cell), gains[i]]));
  const rows = groupBy(cells, ({ model, trained }) => JSON.stringify([model, trained.source]));
  const severalSeeds = results.seeds.length > 1;
  return {
    name: "table2",
    title: "Table 2. Accuracy on pictures (%) after training on text alone, by source and number of samples",
    note:
      `In parentheses: points gained over the same model before training. ` +
      (severalSeeds
        ? `Means over ${results.seeds.length} training seeds, with the range of the gain; intervals are in the table of seeds. `
        : `* p < ${STAR_P}. ${testNote(gains)} `) +
      itemsNote(gains) +
      missingNote(results) +
      results.evidence,
    columns: [
      { key: "model", label: "Model" },
      { key: "before", label: "Before", numeric: true },
      { key: "source", label: "Source of the text" },
      ...results.sizes.map((size) => ({ key: String(size), label: size.toLocaleString("en"), numeric: true })),
    ],
    rows: [...rows.values()].map((row) => {
      const { model, trained } = row[0]!;
      const bySize = results.sizes.map((size) => {
        const seeds = row.filter((cell) => cell.trained.size === size);
        return [
          String(size),
          gainText(
            results,
            seeds,
            seeds.map((cell) => gainOf.get(cellKey(cell))),
          ),
        ] as const;
      });
      return {
        model: results.labels.models[model]!,
        before: accuracyText(results, beforeTraining(row[0]!)),
        source: sourceLabel(results, model, trained.source),
        ...Object.fromEntries(bySize),
      };
    }),
  };
}

/** The controls, which separate the effect of the text from that of training as such, and seeing from guessing. */
export function controlsTable(results: Results): Table {
  const cells = controlCells(results);
  const gains = compareFamily(
    results,
    cells.map((cell) => [beforeTraining(cell), cell] as const),
  );
  const what = ({ variant }: Cell) =>
    variant === "shuffled-picture"
      ? "trained on the teacher's text, but shown another item's picture"
      : "trained on the teacher's questions with its own answers";
  return {
    name: "controls",
    title: "Controls. The effect of training as such, and of guessing without the right picture",
    note: `* p < ${STAR_P}. ${testNote(gains)} ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "control", label: "Control" },
      { key: "before", label: "Before", numeric: true },
      { key: "after", label: "After", numeric: true },
      { key: "unparsed", label: "Unparsed", numeric: true },
    ],
    rows: cells.map((cell, i) => ({
      ...resultCells(results, cell),
      control: what(cell),
      before: accuracyText(results, beforeTraining(cell)),
      after: gainText(results, [cell], [gains[i]]),
    })),
  };
}

/** "Each comparison is on 1,103 items. ", or the range if they differ. */
function itemsNote(comparisons: readonly (AdjustedComparison | undefined)[]): string {
  const counts = comparisons.flatMap((one) => one?.items ?? []);
  if (counts.length === 0) return "";
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map((n) => n.toLocaleString("en"));
  return `Each comparison is on the ${least === most ? least : `${least} to ${most}`} items that both saw. `;
}

/** How many items no model was asked about, since their picture is missing. */
function missingNote({ missingPictures, items }: Results): string {
  const missing = Object.values(missingPictures).reduce((sum, count) => sum + count, 0);
  if (missing === 0) return "";
  return `${missing} of ${items.length.toLocaleString("en")} items have no picture (${listCounts(missingPictures)}) and are left out. `;
}

const accuracyText = (results: Results, cell: Cell): string => {
  const result = results.get(cell);
  return result ? accuracy(result).toFixed(2) : NOT_THERE;
};

function resultCells(results: Results, cell: Cell) {
  const result = results.get(cell);
  return {
    model: results.labels.models[cell.model]!,
    accuracy: accuracyText(results, cell),
    interval: result ? intervalText(result) : NOT_THERE,
    correct: result?.correct ?? NOT_THERE,
    unparsed: result?.unparsed ?? NOT_THERE,
    items: result?.items ?? NOT_THERE,
  };
}

/** "79.60 (+5.6*)"; for several seeds the means and the range of the gain: "79.60 (+5.6; +4.9 to +6.3)". */
function gainText(
  results: Results,
  cells: readonly Cell[],
  gains: readonly (AdjustedComparison | undefined)[],
): string {
  const there = gains.filter((gain) => gain !== undefined);
  const found = cells.flatMap((cell) => results.get(cell) ?? []);
  if (there.length === 0 || found.length === 0) return NOT_THERE;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const points = there.map((gain) => gain.points);
  const text = `${mean(found.map(accuracy)).toFixed(2)} (${signed(mean(points))}`;
  if (cells.length > 1) return `${text}; ${signed(Math.min(...points))} to ${signed(Math.max(...points))})`;
  return `${text}${there[0]!.adjustedP < STAR_P ? "*" : ""})`;
}
