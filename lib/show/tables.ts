import { groupBy, listCounts } from "../count";
import { type Cell, cellKey, type Results, type SourceReport } from "../study/index";
import { QUESTIONS_PER_CALL } from "../synthesis/index";
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
import { accuracy, compareSeeds, intervalText, pointsText, pText, signed } from "./numbers";
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

/** The gains of Table 2 over several training seeds, each with intervals that say what they cover. */
export function seedsTable(results: Results): Table {
  const cells = trainedCells(results);
  const groups = groupBy(cells, ({ model, trained: { source, size } }) => JSON.stringify([model, source, size]));
  return {
    name: "seeds",
    title: "How sure are the gains? Points gained, over training seeds and over items",
    note:
      `Each training was done with ${results.seeds.length} random seeds. Over items: other items, with these trainings ` +
      "(cluster-robust). Over seeds: other seeds, with these items (Student). Over both: the two variances added. " +
      `Intervals are 95 %, without correction for their number. ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "source", label: "Source of the text" },
      { key: "size", label: "Samples", numeric: true },
      { key: "seeds", label: "Seeds", numeric: true },
      { key: "items", label: "Items", numeric: true },
      { key: "gain", label: "Mean gain", numeric: true },
      { key: "range", label: "Lowest to highest seed" },
      { key: "overItems", label: "Over items" },
      { key: "overSeeds", label: "Over seeds" },
      { key: "overBoth", label: "Over both" },
    ],
    rows: [...groups.values()].map((group) => {
      const { model, trained } = group[0]!;
      const found = compareSeeds(results, beforeTraining(group[0]!), group);
      const text = (interval: { low: number; high: number } | undefined) =>
        interval ? pointsText(interval) : NOT_THERE;
      return {
        model: results.labels.models[model]!,
        source: sourceLabel(results, model, trained.source),
        size: trained.size.toLocaleString("en"),
        seeds: found?.seedCount ?? 0,
        items: found?.itemCount ?? NOT_THERE,
        gain: found ? signed(100 * found.mean) : NOT_THERE,
        range: text(found?.range),
        overItems: text(found?.items),
        overSeeds: text(found?.seeds),
        overBoth: text(found?.both),
      };
    }),
  };
}

/** What was asked of endpoints, and what it cost. The last row adds up to what the servers were asked. */
export function costsTable({ costs }: Results): Table {
  const sum = (key: "paid" | "refused" | "prompt" | "completion" | "usd") =>
    costs.reduce((all, cost) => all + cost[key], 0);
  const total = { name: "Total", endpoint: "", paid: sum("paid"), refused: sum("refused"), prompt: sum("prompt") };
  const rows = [...costs, { ...total, completion: sum("completion"), usd: sum("usd"), model: "", mode: "", run: "" }];
  const count = (n: number) => n.toLocaleString("en");
  return {
    name: "costs",
    title: "What endpoints were asked, and what it cost",
    note:
      "Tokens as the endpoints report them, at the prices of data/prices.json or of the profile when they were asked; " +
      "through a batch API half of that. Jobs on this machine's runtime cost nothing here.",
    columns: [
      { key: "step", label: "Step" },
      { key: "endpoint", label: "Endpoint" },
      { key: "model", label: "Model" },
      { key: "mode", label: "Mode" },
      { key: "paid", label: "Replies", numeric: true },
      { key: "refused", label: "Refused", numeric: true },
      { key: "prompt", label: "Tokens in", numeric: true },
      { key: "completion", label: "Tokens out", numeric: true },
      { key: "usd", label: "USD", numeric: true },
    ],
    rows: rows.map(({ name, endpoint, model, mode, paid, refused, prompt, completion, usd }) => ({
      step: name,
      endpoint,
      model,
      mode,
      paid: count(paid),
      refused: count(refused),
      prompt: count(prompt),
      completion: count(completion),
      usd: usd.toFixed(4),
    })),
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

/** Counts by source: calls, samples, rejections by reason. */
export function sourcesTable({ sources, evidence }: Results): Table {
  const counted = [...new Set(sources.flatMap(({ counts }) => Object.keys(counts)))].filter((key) => key !== "kept");
  const bySource = (cell: (report: SourceReport) => string | number) =>
    Object.fromEntries(sources.map((report) => [report.source, cell(report)]));
  return {
    name: "sources",
    title: "What each source generated, and what was kept",
    note: `Each call asks for ${QUESTIONS_PER_CALL} samples. Rejected samples are counted by reason. What a job on the runtime generates costs its time only. ${evidence}`,
    columns: [
      { key: "count", label: "" },
      ...sources.map(({ source, label }) => ({ key: source, label, numeric: true })),
    ],
    rows: [
      ...[...counted, "kept"].map((count) => ({ count, ...bySource(({ counts }) => counts[count] ?? 0) })),
      {
        count: "kept, % of those asked for",
        ...bySource(({ counts: { kept, calls } }) =>
          calls ? ((100 * kept!) / (QUESTIONS_PER_CALL * calls)).toFixed(1) : "",
        ),
      },
      { count: "cost, USD", ...bySource(({ costUsd }) => costUsd.toFixed(2)) },
    ],
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
