import type { Findings } from "../study/index";
import type { Figure } from "./figure";
import { type DrawPicture, itemCard } from "./items";
import { STYLE } from "./page";
import { toPlotly } from "./plotly";
import { sampleCards } from "./samples";
import { toSvg } from "./svg";
import { type Table, toHtml } from "./table";

/** What a notebook shows: one output, of which each viewer picks the richest form that it knows. */
type Bundle = Record<string, unknown>;

/**
 * Sends one output with several MIME types to the notebook, or renews an earlier one of the same id. tslab's own
 * `display.raw` sends one type an output, so that JupyterLab would show a figure twice; this is what it calls.
 */
export function send(data: Bundle, { id, update = false }: { id?: string; update?: boolean } = {}): void {
  const { lastWriteDisplayData } = require("tslab/dist/jupyter");
  if (!lastWriteDisplayData) throw new Error("show: there is no notebook here; in a program, use writeReport or toSvg");
  lastWriteDisplayData({ data, metadata: {}, transient: id ? { display_id: id } : {} }, update);
}

/** Shows a table. */
export const showTable = (table: Table): void =>
  send({ "text/html": `${STYLE}<div class="wov">${toHtml(table)}</div>` });

/** Shows a figure: with plotly where it is known (JupyterLab, VS Code), else as SVG (GitHub, print). */
export async function showFigure(figure: Figure): Promise<void> {
  send({ "application/vnd.plotly.v1+json": toPlotly(figure), "image/svg+xml": await toSvg(figure) });
}

/** Shows items, by position, with their pictures and all answers. */
export function showItems(findings: Findings, positions: readonly number[], draw: DrawPicture): void {
  const cards = positions.map((position) => itemCard(findings, position, draw));
  send({ "text/html": `${STYLE}<div class="wov">${cards.join("")}</div>` });
}

/** Shows some samples of a source, with the replies they came from. */
export const showSamples = (written: Findings["written"][number], count: number): void =>
  send({ "text/html": `${STYLE}<div class="wov">${sampleCards(written, count)}</div>` });
