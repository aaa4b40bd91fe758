import { stringify } from "csv-stringify/sync";

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
export const toCsv = (table: Table): string => stringify([labels(table), ...cells(table)]);

/** A Markdown table under its title. */
export function toMarkdown(table: Table): string {
  const line = (values: (string | number)[]) =>
    `| ${values.map((v) => String(v).replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = line(table.columns.map(({ numeric }) => (numeric ? "--:" : "---")));
  return [`**${table.title}**`, "", line(labels(table)), rule, ...cells(table).map(line), "", table.note, ""].join(
    "\n",
  );
}

/** A table in columns of equal width, for a terminal. */
export function toText(table: Table): string {
  const rows = [labels(table), ...cells(table)].map((row) => row.map(String));
  const widths = table.columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: string[]) =>
    row
      .map((text, i) => (table.columns[i]!.numeric ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [table.title, ...rows.map(line), ...(table.note ? [table.note] : []), ""].join("\n");
}

/** An HTML table with its title as caption. */
export function toHtml(table: Table): string {
  const cell = (value: string | number, i: number) =>
    `<td${table.columns[i]?.numeric ? ' class="number"' : ""}>${escapeHtml(String(value))}</td>`;
  const head = labels(table).map((label) => `<th>${escapeHtml(label)}</th>`);
  const body = cells(table).map((row) => `<tr>${row.map(cell).join("")}</tr>`);
  return (
    `<table><caption><b>${escapeHtml(table.title)}</b></caption><thead><tr>${head.join("")}</tr></thead>` +
    `<tbody>${body.join("\n")}</tbody></table><p class="note">${escapeHtml(table.note)}</p>`
  );
}

/** Escapes text for HTML. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
