import { accuracy } from "../show/index";
import { type Cell, cellKey, cellName, type Results, type Step, type Study } from "../study/index";
import { WIDTH } from "./lines";

/** A number: its cell, and what the raw replies give when they are read and scored again. */
export interface TracedCell {
  name: string;
  cell: Cell;
  /** The run of the answers. */
  run: string;
  /** Absent where the answers are not complete or were changed. */
  score?: { accuracy: number; right: number; items: number; unparsed: number };
}

/** The step that answers for a cell. */
export const stepOf = ({ layout }: Study, cell: Cell): Step =>
  layout.cells.find((one) => cellKey(one.cell) === cellKey(cell))!.step;

/** A cell's number. Results keep nothing between commands: they read the raw replies, and score them. */
export function scoreCell(study: Study, results: Results, cell: Cell, changed: ReadonlySet<string>): TracedCell {
  const run = stepOf(study, cell).run.id;
  const traced = { name: cellName(cell, results), cell, run };
  const result = changed.has(run) ? undefined : results.get(cell);
  if (!result) return traced;
  const { correct: right, items, unparsed } = result;
  return { ...traced, score: { accuracy: accuracy(result), right, items, unparsed } };
}

/** "80.24 %: 995 of 1,240 right, 3 unparsed" */
export function scoreText({ score }: TracedCell): string {
  if (!score) return "no number";
  const { right, items, unparsed } = score;
  const rest = unparsed > 0 ? `, ${unparsed.toLocaleString("en")} unparsed` : "";
  return `${score.accuracy.toFixed(2)} %: ${right.toLocaleString("en")} of ${items.toLocaleString("en")} right${rest}`;
}

/** A cell and its number, on two lines where one would be too long. */
export function entry(cell: TracedCell, width: number): string[] {
  const line = `  ${cell.name.padEnd(width)}  ${scoreText(cell)}`;
  return line.length <= WIDTH ? [line] : [`  ${cell.name}`, `    ${scoreText(cell)}`];
}
