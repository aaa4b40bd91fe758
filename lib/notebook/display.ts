import { counted } from "../count";
import { escapeHtml } from "../escape";
import { planStudy } from "../plan/index";
import {
  type Figure,
  findItem,
  hasPoints,
  isEmpty,
  itemCard,
  planHtml,
  sampleCards,
  type Table,
  toHtml,
  toPlotly,
  toSvg,
} from "../show/index";
import type { Results, SourceReport, Study } from "../study/index";
import { benchmarkItems, howToGet } from "./examples";

/** An output in several forms by MIME type; each viewer shows the richest form that it knows. */
export type Bundle = Record<string, unknown>;

/**
 * Sends one output with several MIME types to the notebook, or updates an earlier one with the same id. tslab's own
 * `display.raw` sends one type per output, so JupyterLab would show a figure twice; this calls the function behind it.
 */
export function send(data: Bundle, { id, update = false }: { id?: string; update?: boolean } = {}): void {
  const { lastWriteDisplayData } = require("tslab/dist/jupyter");
  if (!lastWriteDisplayData) throw new Error("this function needs a notebook; in a program, use writeReport or toSvg");
  lastWriteDisplayData({ data, metadata: {}, transient: id ? { display_id: id } : {} }, update);
}

let shown = 0;
/** The id of an output that will be updated. Each has its own, since an update reaches every output of an id. */
export const displayId = (): string => `wov-${process.pid}-${++shown}`;

const sendHtml = (html: string): void => send({ "text/html": html });

/** Says in one line that something cannot be shown before more of the study is done. */
export const sayNotThere = (what: string): void => send({ "text/plain": `Not there yet: ${what}.` });

const sayWithoutResults = ({ title }: { title: string }): void => sayNotThere(`“${title}”`);

/** Shows a text as a paragraph, or nothing if it is empty. */
export const showText = (text: string): void => {
  if (text) sendHtml(`<p>${escapeHtml(text)}</p>`);
};

/** Shows a table, or says that it has no rows yet. */
export const showTable = (table: Table): void => (isEmpty(table) ? sayWithoutResults(table) : sendHtml(toHtml(table)));

/** Shows a long table folded up under its title. */
export const showFolded = (table: Table): void =>
  isEmpty(table) ? sayWithoutResults(table) : sendHtml(`<details>${summaryOf(table)}${toHtml(table)}</details>`);

const summaryOf = ({ title, rows }: Table): string =>
  `<summary>${escapeHtml(title)} (${counted(rows.length, "row")})</summary>`;

/** A data frame as danfojs has it: names of its columns, and its rows. */
interface Frame {
  columns: string[];
  values: unknown;
}

/** Shows a small data frame as a table; numbers that are not whole have one digit after the point. */
export function showFrame(title: string, { columns, values }: Frame): void {
  const cell = (value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? value.toFixed(1) : String(value);
  const rows = (values as unknown[][]).map((row) => Object.fromEntries(columns.map((key, i) => [key, cell(row[i])])));
  const isNumeric = (i: number) => (values as unknown[][]).every((row) => typeof row[i] === "number");
  showTable({
    name: "frame",
    title,
    note: "",
    columns: columns.map((key, i) => ({ key, label: key, numeric: isNumeric(i) })),
    rows,
  });
}

/** Shows a figure, with plotly if the viewer knows it (JupyterLab, VS Code), otherwise as SVG (GitHub, print). */
export async function showFigure(figure: Figure): Promise<void> {
  if (!hasPoints(figure)) return sayWithoutResults(figure);
  send({ "application/vnd.plotly.v1+json": toPlotly(figure), "image/svg+xml": await toSvg(figure) });
}

/**
 * Shows items of the benchmark, by number, with their pictures and all answers that are there.
 *
 * @throws WovError if there is no item of a number
 */
export async function showItems(study: Study, numbers: readonly number[]): Promise<void> {
  const stored = study.results();
  const results = stored.items.length > 0 ? stored : withItems(stored, benchmarkItems(study));
  if (results.items.length === 0) return sayNotThere(`the benchmark's items; ${howToGet(study)}`);
  if (numbers.length === 0) return sayNotThere("items with such answers");
  const items = numbers.map((number) => findItem(results, number));
  const cards = await Promise.all(items.map((item) => itemCard(results, item, study.picture)));
  sendHtml(cards.join(""));
}

/** The same results with other items; nothing is read before it is needed. */
const withItems = (results: Results, items: Results["items"]): Results =>
  Object.create(results, { items: { value: items } });

/** Shows some samples of a source, with the replies that they came from. */
export const showSamples = (source: Pick<SourceReport, "label" | "kept" | "replies">, count: number): void =>
  sendHtml(`<p><b>${escapeHtml(source.label)}</b></p>${sampleCards(source, count)}`);

/** Shows what a study still takes and what is missing, and all its steps with their states. */
export async function showPlan(study: Study): Promise<void> {
  sendHtml(planHtml(await planStudy(study)));
}
