import { escapeHtml } from "../escape";
import type { ShowCell, Table } from "../show/index";
import { type Cell, cellKey, meanName, type Results } from "../study/index";
import type { SystemData } from "./browser/data";
import { routeTo } from "./browser/route";
import { traceCommand, traceFileCommand } from "./systems";
import { type Subject, subjectFinder } from "./table-links";

/** Reasons for which samples of a source were rejected, and "kept", by source. */
export type Reasons = ReadonlyMap<string, readonly string[]>;

/** Shows numbers of tables as links to the answers or samples behind them, with the command that recomputes them. */
export function linkNumbers(
  results: Results,
  systems: readonly SystemData[],
  reasons: Reasons,
): (table: Table) => ShowCell {
  const find = subjectFinder(results);
  const systemOf = systemFinder(results, systems);
  return (table) => {
    const subjectOf = find(table);
    const again = `To recompute it: ${traceFileCommand(results, `${table.name}.csv`)}`;
    return (value, { key }, row) => {
      const isNumber = /^[+−]?\d/.test(value);
      const samples = isNumber && table.name === "sources" && samplesAddress(reasons, key, String(row.count));
      if (samples) return link(samples, `The samples that were counted. ${again}`, value);
      const subject = isNumber ? subjectOf(row, key) : undefined;
      if (!subject) return escapeHtml(value);
      // After a space there are differences, in parentheses.
      const [, number = "", rest = ""] = /^(\S+)(.*)$/s.exec(value)!;
      return subjectLink(results, subject, systemOf, number, again) + escapeHtml(rest);
    };
  };
}

function subjectLink(
  results: Results,
  { cells, show, category }: Subject,
  systemOf: ReturnType<typeof systemFinder>,
  number: string,
  again: string,
): string {
  const [cell] = cells as [Cell, ...Cell[]];
  if (cells.length > 1) {
    const mean = traceCommand(results, meanName(cell));
    return link("#numbers", `Mean over ${cells.length} training seeds. To recompute it: ${mean}`, number);
  }
  const system = systemOf(cell)!;
  if (!show && category === undefined) return numberLink(system, number);
  const compared = show ? " beside those before training" : "";
  const address = routeTo("items", { system: system.name, show, category });
  return link(address, `The answers of ${system.name}${compared}. ${again}`, number);
}

/** The samples of a source that were kept, or rejected for a reason; undefined if a row of the table is about others. */
const samplesAddress = (reasons: Reasons, source: string, reason: string): string | undefined =>
  reasons.get(source)?.includes(reason)
    ? routeTo("samples", { source, show: reason === "kept" ? "" : reason })
    : undefined;

/** A number that leads to the answers behind it. */
export const numberLink = (system: SystemData, text: string): string =>
  link(routeTo("items", { system: system.name }), describe(system), text);

const link = (address: string, title: string, text: string): string =>
  `<a class="number" href="${escapeHtml(address)}" title="${escapeHtml(title)}">${escapeHtml(text)}</a>`;

const describe = ({ name, right, asked, command }: SystemData): string =>
  `${name}: ${right.toLocaleString("en")} of ${asked.toLocaleString("en")} right. To recompute it: ${command}`;

/** The systems of some cells, in their order; those without a result are left out. */
export function systemFinder(results: Results, systems: readonly SystemData[]) {
  const found = results.cells.filter((cell) => results.get(cell));
  const byKey = new Map(found.map((cell, i) => [cellKey(cell), systems[i]!]));
  return (cell: Parameters<typeof cellKey>[0] | undefined) => cell && byKey.get(cellKey(cell));
}
