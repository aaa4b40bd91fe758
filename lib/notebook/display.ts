import {
  type DrawPicture,
  type Figure,
  itemCard,
  STYLE,
  sampleCards,
  type Table,
  toHtml,
  toPlotly,
  toSvg,
} from "../show/index";
import type { Results, SourceReport } from "../study/index";

/** An output in several forms by MIME type; each viewer shows the richest form that it knows. */
type Bundle = Record<string, unknown>;

/**
 * Sends one output with several MIME types to the notebook, or updates an earlier one with the same id. tslab's own
 * `display.raw` sends one type per output, so JupyterLab would show a figure twice; this calls the function behind it.
 */
export function send(data: Bundle, { id, update = false }: { id?: string; update?: boolean } = {}): void {
  const { lastWriteDisplayData } = require("tslab/dist/jupyter");
  if (!lastWriteDisplayData) throw new Error("this function needs a notebook; in a program, use writeReport or toSvg");
  lastWriteDisplayData({ data, metadata: {}, transient: id ? { display_id: id } : {} }, update);
}

/** Shows a table. */
export const showTable = (table: Table): void =>
  send({ "text/html": `${STYLE}<div class="wov">${toHtml(table)}</div>` });

/** Shows a figure, with plotly if the viewer knows it (JupyterLab, VS Code), otherwise as SVG (GitHub, print). */
export async function showFigure(figure: Figure): Promise<void> {
  send({ "application/vnd.plotly.v1+json": toPlotly(figure), "image/svg+xml": await toSvg(figure) });
}

/** Shows items, by position, with their pictures and all answers. */
export async function showItems(results: Results, positions: readonly number[], draw: DrawPicture): Promise<void> {
  const cards = await Promise.all(positions.map((position) => itemCard(results, position, draw)));
  send({ "text/html": `${STYLE}<div class="wov">${cards.join("")}</div>` });
}

/** Shows some samples of a source, with the replies that they came from. */
export const showSamples = (source: SourceReport, count: number): void =>
  send({ "text/html": `${STYLE}<div class="wov">${sampleCards(source, count)}</div>` });
