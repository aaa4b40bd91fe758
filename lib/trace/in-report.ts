import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reportFolder } from "../report/index";
import { NOT_THERE } from "../show/index";
import { type Cell, cellKey, type Results, type Study } from "../study/index";
import { readCsv } from "./csv";
import { tables } from "./makers";

/** Where a table of the report shows a cell's accuracy. */
export interface Shown {
  /** Relative to the project's folder. */
  file: string;
  row: string;
  column: string;
  /** What stands there; absent if the file has no such row or column, since it is of another state of the study. */
  text?: string;
  /** Whether this is the number. */
  same: boolean;
}

/** Tables that show accuracies. */
const SHOWING = ["table1", "table2", "controls"];

/** Where the report's tables, as far as they are written, show the accuracy of a cell. */
export function findInReport(study: Study, results: Results, cell: Cell, accuracy: string): Shown[] {
  const folder = reportFolder(study.profile.name);
  return SHOWING.flatMap((name) => {
    const file = join(folder, `${name}.csv`);
    if (!existsSync(join(study.root, file))) return [];
    const grid = readCsv(readFileSync(join(study.root, file), "utf8"));
    return entriesOf(name, results, cell, accuracy).map(({ names, column }): Shown => {
      const row = grid.find((values) => names.every((value) => values.includes(value)));
      const at = grid[0]?.indexOf(column) ?? -1;
      const text = at < 0 ? undefined : row?.[at];
      return { file, row: names.join(", "), column, text, same: text?.split(" ")[0] === accuracy };
    });
  });
}

/** The entries of a table that show a cell's accuracy: they begin with it, and change if the cell has no result. */
function entriesOf(name: string, results: Results, cell: Cell, accuracy: string) {
  const table = tables[name]!(results)!;
  const without = tables[name]!(withoutResult(results, cell))!;
  return table.rows.flatMap((row, r) =>
    table.columns.flatMap(({ key, label }) => {
      const text = String(row[key] ?? NOT_THERE);
      if (text.split(" ")[0] !== accuracy || text === String(without.rows[r]?.[key] ?? NOT_THERE)) return [];
      const names = NAMES.flatMap((one) =>
        typeof row[one] === "string" && row[one] !== "" ? [row[one] as string] : [],
      );
      return [{ names, column: label }];
    }),
  );
}

/** Columns that say what a row is about. */
const NAMES = ["model", "input", "source", "control"];

function withoutResult(results: Results, cell: Cell): Results {
  const key = cellKey(cell);
  return new Proxy(results, {
    get: (target, property: keyof Results) =>
      property === "get" ? (one: Cell) => (cellKey(one) === key ? undefined : target.get(one)) : target[property],
  });
}
