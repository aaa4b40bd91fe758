import { groupBy, listCounts } from "../count";
import { type AnswerResults, type Cell, cellKey } from "../study/index";
import {
  type AdjustedComparison,
  baseCell,
  beforeTraining,
  compareFamily,
  controlCells,
  pilotCells,
  seedGroups,
  sourceLabel,
  testNote,
  vlmCells,
} from "./cells";
import {
  type AdjustedDifference,
  differences,
  differencesNote,
  differenceText,
  meanAccuracy,
  rangeOfPoints,
} from "./differences";
import { accuracy, intervalText, pText, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";

const STAR_P = 0.01;

/** Table 1 (paper, section 2.3): LLMs on captions and VLMs on pictures. */
export function table1(results: AnswerResults): Table {
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
export function table2(results: AnswerResults): Table {
  const groups = seedGroups(results);
  const gains = differences(
    results,
    groups.map((cells) => [[beforeTraining(cells[0]!)], cells] as const),
  );
  const gainOf = new Map(groups.map((cells, i) => [cells, gains[i]]));
  const rows = groupBy(groups, ([cell]) => JSON.stringify([cell!.model, cell!.trained.source]));
  return {
    name: "table2",
    title: "Table 2. Accuracy on pictures (%) after training on text alone, by source and number of samples",
    note:
      `In parentheses: points gained over the same model before training${seedsNote(results)}. ` +
      `* p < ${STAR_P}. ${differencesNote(gains)} ${itemsNote(gains)}${missingNote(results)}${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "before", label: "Before", numeric: true },
      { key: "source", label: "Source of the text" },
      ...results.sizes.map((size) => ({ key: String(size), label: size.toLocaleString("en"), numeric: true })),
    ],
    rows: [...rows.values()].map((row) => {
      const [cell] = row[0]!;
      const { model, trained } = cell!;
      const bySize = row.map((cells) => [cells[0]!.trained.size, gainText(results, cells, gainOf.get(cells))] as const);
      return {
        model: results.labels.models[model]!,
        before: accuracyText(results, beforeTraining(cell!)),
        source: sourceLabel(results, model, trained.source),
        ...Object.fromEntries(results.sizes.map((size) => [size, ""])), // not every source has every size
        ...Object.fromEntries(bySize),
      };
    }),
  };
}

const seedsNote = ({ seeds }: AnswerResults): string =>
  seeds.length > 1 ? `; means over ${seeds.length} training seeds, with the gain's interval` : "";

/** The controls, which separate the effect of the text from that of training as such, and seeing from guessing. */
export function controlsTable(results: AnswerResults): Table {
  const groups = [...groupBy(controlCells(results), ({ model, variant }) => JSON.stringify([model, variant])).values()];
  const gains = differences(
    results,
    groups.map((cells) => [[beforeTraining(cells[0]!)], cells] as const),
  );
  const what = ({ variant }: Cell) =>
    variant === "shuffled-picture"
      ? "trained on the teacher's text, but shown another item's picture"
      : "trained on the teacher's questions with its own answers";
  return {
    name: "controls",
    title: "Controls. The effect of training as such, and of guessing without the right picture",
    note:
      `In parentheses: points gained over the same model before training${seedsNote(results)}. ` +
      `* p < ${STAR_P}. ${differencesNote(gains)} ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "control", label: "Control" },
      { key: "before", label: "Before", numeric: true },
      { key: "after", label: "After", numeric: true },
      { key: "unparsed", label: "Unparsed", numeric: true },
    ],
    rows: groups.map((cells, i) => {
      const unparsed = cells.flatMap((cell) => results.get(cell)?.unparsed ?? []);
      return {
        model: results.labels.models[cells[0]!.model]!,
        control: what(cells[0]!),
        before: accuracyText(results, beforeTraining(cells[0]!)),
        after: gainText(results, cells, gains[i]),
        unparsed: unparsed.length > 0 ? unparsed.reduce((sum, one) => sum + one, 0) : NOT_THERE,
      };
    }),
  };
}

/** "Each comparison is on 1,103 items. ", or the range if they differ. */
function itemsNote(comparisons: readonly ({ items: number } | undefined)[]): string {
  const counts = comparisons.flatMap((one) => one?.items ?? []);
  if (counts.length === 0) return "";
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map((n) => n.toLocaleString("en"));
  return `Each comparison is on the ${least === most ? least : `${least} to ${most}`} items that both saw. `;
}

/** How many items no model was asked about, since their picture is missing. */
function missingNote({ missingPictures, items }: AnswerResults): string {
  const missing = Object.values(missingPictures).reduce((sum, count) => sum + count, 0);
  if (missing === 0) return "";
  return `${missing} of ${items.length.toLocaleString("en")} items have no picture (${listCounts(missingPictures)}) and are left out. `;
}

const accuracyText = (results: AnswerResults, cell: Cell): string => {
  const result = results.get(cell);
  return result ? accuracy(result).toFixed(2) : NOT_THERE;
};

function resultCells(results: AnswerResults, cell: Cell) {
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

/** "79.60 (+5.6*)"; over several seeds with the interval of the gain: "79.60 (+5.6*; +4.1 to +7.1)". */
function gainText(results: AnswerResults, cells: readonly Cell[], gain: AdjustedDifference | undefined): string {
  if (!gain) return NOT_THERE;
  const star = gain.adjustedP < STAR_P ? "*" : "";
  const interval = gain.bySeed.length > 1 ? `; ${rangeOfPoints(gain)}` : "";
  return `${meanAccuracy(results, cells)} (${differenceText(gain)}${star}${interval})`;
}
