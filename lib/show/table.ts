import { stringify } from "csv-stringify/sync";
import { escapeCsv, escapeHtml, escapeMarkdown, onOneLine } from "../escape";

/** A column; numbers are aligned to the right. */
export interface Column {
  key: string;
  label: string;
  numeric?: boolean;
}

/** A table for people: rows of named cells, in the order of its columns. */
export interface Table {
  /** Name of its files, such as "table1". */
  name: string;
  title: string;
  /** What a reader must know to understand the numbers. */
  note: string;
  columns: Column[];
  rows: Record<string, string | number>[];
}

/** What a table shows for a number that is not there yet. */
export const NOT_THERE = "–";

/** Whether a table has nothing to show yet: no rows, or no column but that of their names. */
export const isEmpty = ({ columns, rows }: Table): boolean => rows.length === 0 || columns.length < 2;

const cells = (table: Table) => table.rows.map((row) => table.columns.map(({ key }) => row[key] ?? ""));
const labels = (table: Table) => table.columns.map(({ label }) => label);

/** Comma-separated values with a header, without title and note. */
export const toCsv = (table: Table): string =>
  stringify([labels(table), ...cells(table)].map((row) => row.map((value) => escapeCsv(String(value)))));

/** A Markdown table under its title. */
export function toMarkdown(table: Table): string {
  const line = (values: (string | number)[]) => `| ${values.map((v) => escapeMarkdown(String(v))).join(" | ")} |`;
  const rule = `| ${table.columns.map(({ numeric }) => (numeric ? "--:" : "---")).join(" | ")} |`;
  const [title, note] = [table.title, table.note].map(escapeMarkdown);
  return [`**${title}**`, "", line(labels(table)), rule, ...cells(table).map(line), "", note, ""].join("\n");
}

/** A table in columns of equal width, for a terminal. */
export function toText(table: Table): string {
  const rows = [labels(table), ...cells(table)].map((row) => row.map((value) => onOneLine(String(value))));
  const widths = table.columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: string[]) =>
    row
      .map((text, i) => (table.columns[i]!.numeric ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  const texts = [table.title, table.note].map(onOneLine);
  return [texts[0], ...rows.map(line), ...(texts[1] ? [texts[1]] : []), ""].join("\n");
}

/**
 * How cells are aligned, in a form that stays where style sheets are removed: JupyterLab keeps `style` in notebooks that
 * it does not trust, GitHub keeps `align`.
 */
const ALIGN = { left: 'style="text-align: left"', right: 'align="right" style="text-align: right"' };

/** A cell as text; a number with an interval, a gain or a p stays on one line, by spaces and dashes that do not break. */
const asText = (value: string): string =>
  escapeHtml(/^[+−<]?\s?\d.{0,22}$/.test(value) ? value.replaceAll(" ", "\u00a0").replaceAll("–", "–\u2060") : value);

/** How a cell of a table is shown as HTML; by default as text. */
export type ShowCell = (value: string, column: Column, row: Table["rows"][number]) => string;

/** An HTML table with its title as caption. Wide tables scroll by themselves. */
export function toHtml(table: Table, show: ShowCell = asText): string {
  const align = (i: number) => (table.columns[i]?.numeric ? ALIGN.right : ALIGN.left);
  const head = labels(table).map((label, i) =>
    label ? `<th scope="col" ${align(i)}>${escapeHtml(label)}</th>` : `<td ${align(i)}></td>`,
  );
  const row = (values: (string | number)[], r: number) =>
    `<tr>${values.map((value, i) => `<td ${align(i)}>${show(String(value), table.columns[i]!, table.rows[r]!)}</td>`).join("")}</tr>`;
  const note = table.note ? `<p><small>${escapeHtml(table.note)}</small></p>` : "";
  return (
    `<div style="overflow-x: auto" tabindex="0"><table><caption ${ALIGN.left}><b>${escapeHtml(table.title)}</b></caption>` +
    `<thead><tr>${head.join("")}</tr></thead><tbody>${cells(table).map(row).join("\n")}</tbody></table></div>${note}`
  );
}
