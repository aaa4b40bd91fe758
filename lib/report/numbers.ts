import { escapeHtml } from "../escape";
import { accuracy, type ShowCell, sourceLabel, type Table } from "../show/index";
import { cellKey, type Results } from "../study/index";
import type { SystemData } from "./browser/data";

/** Shows a number of a table as a link to the answers behind it, with the name of its cell and how to recompute it. */
export function linkNumbers(results: Results, systems: readonly SystemData[]): (table: Table) => ShowCell {
  const found = results.cells.filter((cell) => results.get(cell));
  const byName = new Map<string, SystemData | undefined>();
  for (const [i, cell] of found.entries()) {
    const model = results.labels.models[cell.model]!;
    const names =
      cell.variant !== "plain" || cell.trained?.method
        ? []
        : cell.trained
          ? [nameOf(model, sourceLabel(results, cell.model, cell.trained.source), String(cell.trained.size))]
          : [nameOf(model, "", "accuracy"), nameOf(model, "", "before")];
    // Where several seeds share a number of a table, it is no single cell's.
    for (const name of names) byName.set(name, byName.has(name) ? undefined : systems[i]);
  }
  const text = new Map(found.map((cell, i) => [systems[i]!, accuracy(results.get(cell)!).toFixed(2)]));
  return ({ name }) =>
    (value, { key }, row) => {
      const source = key === "accuracy" || key === "before" ? "" : String(row.source ?? "");
      const system = LINKED.has(name) ? byName.get(nameOf(String(row.model), source, key)) : undefined;
      return system && value.startsWith(text.get(system)!)
        ? numberLink(system, text.get(system)!) + escapeHtml(value.slice(text.get(system)!.length))
        : escapeHtml(value);
    };
}

/** Tables whose rows name a model, and a source if their columns are sizes. */
const LINKED = new Set(["table1", "table2", "controls"]);

const nameOf = (model: string, source: string, column: string): string => JSON.stringify([model, source, column]);

/** A number that leads to the answers behind it. */
export const numberLink = (system: SystemData, text: string): string =>
  `<a class="number" href="#items?system=${escapeHtml(encodeName(system.name))}" title="${escapeHtml(describe(system))}">${escapeHtml(text)}</a>`;

const describe = ({ name, right, asked, command }: SystemData): string =>
  `${name}: ${right.toLocaleString("en")} of ${asked.toLocaleString("en")} right. To recompute it: ${command}`;

/** A cell's name in the page's address; slashes stay readable. */
const encodeName = (name: string): string => encodeURIComponent(name).replaceAll("%2F", "/");

/** The systems of some cells, in their order; those without a result are left out. */
export function systemFinder(results: Results, systems: readonly SystemData[]) {
  const found = results.cells.filter((cell) => results.get(cell));
  const byKey = new Map(found.map((cell, i) => [cellKey(cell), systems[i]!]));
  return (cell: Parameters<typeof cellKey>[0] | undefined) => cell && byKey.get(cellKey(cell));
}
