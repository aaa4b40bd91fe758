import type { Findings, Result } from "../study/index";
import { QUESTIONS_PER_CALL } from "../synthesis/index";
import { accuracy, compare, intervalText, pText, signed } from "./numbers";
import type { Table } from "./table";

/** How a model of Table 1 did: an LLM that reads captions, or a VLM that sees pictures. */
const INPUT = { caption: "caption", image: "picture" } as const;

/** Table 1 (paper, section 2.3): LLMs on captions and VLMs on pictures. */
export function table1(findings: Findings): Table {
  return {
    name: "table1",
    title:
      "Table 1. Who chooses better: language models that read a caption, or vision-language models that see the picture?",
    note: findings.evidence,
    columns: [
      { key: "model", label: "Model" },
      { key: "input", label: "Input" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "correct", label: "Right", numeric: true },
      { key: "unparsed", label: "Unparsed", numeric: true },
      { key: "items", label: "Items", numeric: true },
      { key: "gap", label: "Its base LLM on captions" },
    ],
    rows: findings.table1.map((result) => ({
      ...resultCells(result),
      input: INPUT[result.input],
      gap: gapCell(findings, result),
    })),
  };
}

/** How far the base LLM is ahead on captions, with McNemar's p. */
function gapCell(findings: Findings, result: Findings["table1"][number]): string {
  const base = findings.table1.find(
    (other) => other.input === "caption" && other.model === findings.bases[result.model],
  );
  if (!base) return "";
  const { points, p } = compare(findings, result, base);
  return `${signed(points)} (p ${pText(p)})`;
}

/** Table 2 (paper, section 4.2): accuracy on pictures after training on text, by source and size. */
export function table2(findings: Findings): Table {
  const sizes = sizesOf(findings);
  const grid = new Map<string, Findings["table2"]>();
  for (const result of findings.table2) {
    const key = `${result.model} ${result.source}`;
    grid.set(key, [...(grid.get(key) ?? []), result]);
  }
  return {
    name: "table2",
    title: "Table 2. Accuracy on pictures (%) after training on text alone, by source and number of samples",
    note: `In parentheses: points gained on the same model before training. * p < 0.01, exact McNemar. ${findings.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "before", label: "Before", numeric: true },
      { key: "source", label: "Source of the text" },
      ...sizes.map((size) => ({ key: String(size), label: size.toLocaleString("en"), numeric: true })),
    ],
    rows: [...grid.values()].map((results) => ({
      model: results[0]!.label,
      before: accuracy(before(findings, results[0]!)).toFixed(2),
      source: sourceLabel(findings, results[0]!),
      ...Object.fromEntries(results.map((result) => [String(result.size), gainCell(findings, result)])),
    })),
  };
}

/** What tells the effect of the text from that of training as such, and of seeing from guessing. */
export function controlsTable(findings: Findings): Table {
  const what = {
    "own-labels": `the teacher's questions, answered by the model itself`,
    "shuffled-pictures": `trained on the teacher's text, but shown another item's picture`,
  };
  return {
    name: "controls",
    title: "Controls. What training as such does, and what guessing without the right picture gives",
    note: findings.evidence,
    columns: [
      { key: "model", label: "Model" },
      { key: "control", label: "Control" },
      { key: "before", label: "Before", numeric: true },
      { key: "after", label: "After", numeric: true },
      { key: "unparsed", label: "Unparsed", numeric: true },
    ],
    rows: findings.controls.map((result) => ({
      ...resultCells(result),
      control: what[result.control],
      before: accuracy(before(findings, result)).toFixed(2),
      after: gainCell(findings, result),
    })),
  };
}

/** What became of what each source wrote: counts of calls, samples, rejections by reason. */
export function writtenTable(findings: Findings): Table {
  const keys = [...new Set(findings.written.flatMap(({ counts }) => Object.keys(counts)))].filter(
    (key) => key !== "kept",
  );
  return {
    name: "written",
    title: "What each source wrote, and what was kept",
    note: `Calls ask for five samples each. Rejected samples are counted by reason. ${findings.evidence}`,
    columns: [
      { key: "source", label: "Source" },
      ...[...keys, "kept"].map((key) => ({ key, label: key, numeric: true })),
      { key: "share", label: "of those asked for, %", numeric: true },
    ],
    rows: findings.written.map(({ label, counts }) => ({
      source: label,
      ...Object.fromEntries([...keys, "kept"].map((key) => [key, counts[key] ?? 0])),
      share: ((100 * counts.kept!) / (QUESTIONS_PER_CALL * counts.calls!)).toFixed(1),
    })),
  };
}

/** The VLM on pictures before any training. */
export const before = (findings: Findings, { model }: Result): Result =>
  findings.table1.find((result) => result.model === model && result.input === "image")!;

/** Sizes of training sets, ascending. */
export const sizesOf = (findings: Findings): number[] =>
  [...new Set(findings.table2.map(({ size }) => size))].sort((a, b) => a - b);

/** "Qwen2 (tiny), its own base" */
export const sourceLabel = (findings: Findings, { source, own }: { source: string; own: boolean }): string =>
  `${findings.labels.sources[source]}${own ? ", its own base" : ""}`;

const resultCells = (result: Result) => ({
  model: result.label,
  accuracy: accuracy(result).toFixed(2),
  interval: intervalText(result),
  correct: result.correct,
  unparsed: result.unparsed,
  items: result.items,
});

function gainCell(findings: Findings, result: Result): string {
  const { points, p } = compare(findings, before(findings, result), result);
  return `${accuracy(result).toFixed(2)} (${signed(points)}${p < 0.01 ? "*" : ""})`;
}
