import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeCsv } from "../escape";
import { reportFolder } from "../report/index";
import { controlsTable, NOT_THERE, seedsTable, type Table, table1, table2 } from "../show/index";
import { type Cell, cellKey, type Results, type Study } from "../study/index";
import { readCsv } from "./csv";

/** What a table of the report states about a cell or a mean over seeds, and what stands there when it is computed again. */
export interface Shown {
  /** Relative to the project's folder. */
  file: string;
  row: string;
  column: string;
  /** Absent if the file has no such row or column, since it is of another state of the study. */
  text?: string;
  computed: string;
  same: boolean;
}

/** Tables that state accuracies, or gains over several seeds. */
const STATING = [table1, table2, controlsTable, seedsTable];

/**
 * What the report's tables, as far as they are written, state about a cell, or about cells that differ in their seed alone.
 *
 * @param accuracy of a cell: only entries that begin with it count, and only their beginning is compared
 */
export function findInReport(study: Study, results: Results, cells: readonly Cell[], accuracy?: string): Shown[] {
  const folder = reportFolder(study.profile.name);
  const without = withoutResults(results, cells);
  return STATING.flatMap((make) => {
    const table = make(results);
    const file = join(folder, `${table.name}.csv`);
    if (!existsSync(join(study.root, file))) return [];
    const grid = readCsv(readFileSync(join(study.root, file), "utf8"));
    const entries = entriesOf(table, make(without)).filter(
      ({ computed }) => accuracy === undefined || computed.split(" ")[0] === accuracy,
    );
    return entries.map(({ names, column, computed }): Shown => {
      const text = textIn(grid, names, column);
      const row = names.map((name) => name.text).join(", ");
      const same = accuracy === undefined ? text === escapeCsv(computed) : text?.split(" ")[0] === accuracy;
      return { file, row, column, text, computed, same };
    });
  });
}

/** An entry of a table: the labels and texts that tell its row from others, and its column. */
interface Entry {
  names: { label: string; text: string }[];
  column: string;
  computed: string;
}

/** The entries that are not there without the result of some cells. */
const entriesOf = ({ columns, rows }: Table, without: Table): Entry[] =>
  rows.flatMap((row, r) => {
    const named = columns.filter(({ key }) => NAMES.includes(key) && typeof row[key] === "string" && row[key] !== "");
    const names = named.map(({ key, label }) => ({ label, text: row[key] as string }));
    return columns.flatMap(({ key, label: column }) => {
      const computed = String(row[key] ?? NOT_THERE);
      const isAbout = computed !== NOT_THERE && String(without.rows[r]?.[key] ?? NOT_THERE) === NOT_THERE;
      return isAbout ? [{ names, column, computed }] : [];
    });
  });

/** Columns that say what a row is about. */
const NAMES = ["model", "input", "source", "control", "size"];

function textIn([header = [], ...rows]: string[][], names: Entry["names"], column: string): string | undefined {
  const row = rows.find((values) =>
    names.every(({ label, text }) => values[header.indexOf(label)] === escapeCsv(text)),
  );
  return header.includes(column) ? row?.[header.indexOf(column)] : undefined;
}

function withoutResults(results: Results, cells: readonly Cell[]): Results {
  const keys = new Set(cells.map(cellKey));
  return new Proxy(results, {
    get: (target, property: keyof Results) =>
      property === "get" ? (one: Cell) => (keys.has(cellKey(one)) ? undefined : target.get(one)) : target[property],
  });
}
