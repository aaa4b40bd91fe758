import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../atomic";
import { escapeHtml, escapeMarkdown, onOneLine } from "../escape";
import { toCsv, toMarkdown } from "../show/index";
import type { Contents, Drawn } from "./contents";
import { captionOf, documentOf, figureFloat, toLatex } from "./latex";
import { openPdf, toPng } from "./render";

/** What files are written: of tables `tex`, `md` and `csv`; of figures `svg`, `pdf` and `png`. */
export const FORMATS = ["tex", "md", "csv", "svg", "pdf", "png"] as const;
export type Format = (typeof FORMATS)[number];

/**
 * Writes tables and figures for print, each with where it comes from, and `figures.tex`, which has all of them. The same
 * contents give the same bytes.
 *
 * @param origin where the numbers come from, and the command that writes them again
 * @returns names of the files
 */
export async function writeFigures(
  folder: string,
  { tables, figures }: Contents,
  origin: string,
  formats: readonly Format[] = FORMATS,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  const write = (file: string, content: string | Uint8Array) => {
    writeAtomic(join(folder, file), content);
    files.push(file);
  };
  const has = (format: Format) => formats.includes(format);
  const hidden = `<!-- ${onOneLine(origin).replace(/-{2,}/g, (dashes) => dashes.split("").join("\u200b"))} -->\n`;
  for (const table of tables) {
    if (has("tex")) write(`${table.name}.tex`, toLatex(table, origin));
    if (has("md")) write(`${table.name}.md`, hidden + toMarkdown(table));
    if (has("csv")) write(`${table.name}.csv`, `# ${onOneLine(origin)}\n${toCsv(table)}`);
  }
  const pdf = has("pdf") ? await openPdf() : undefined;
  for (const [i, figure] of figures.entries()) {
    onProgress(i, figures.length);
    const svg = withOrigin(await figure.draw(), origin);
    if (has("svg")) write(`${figure.name}.svg`, svg);
    if (pdf) write(`${figure.name}.pdf`, pdf(svg, figure.title, origin));
    if (has("png")) write(`${figure.name}.png`, await toPng(svg, origin));
    if (has("tex") && pdf) write(`${figure.name}.tex`, figureFloat(figure, origin));
  }
  if (has("md")) write("captions.md", hidden + captions(figures));
  const floats = [...tables, ...(pdf ? figures : [])].map(({ name }) => name);
  if (has("tex")) write("figures.tex", documentOf(floats, origin));
  return files;
}

const withOrigin = (svg: string, origin: string): string =>
  svg.replace(/(<svg [^>]*>)/, (open) => `${open}<metadata>${escapeHtml(onOneLine(origin))}</metadata>`);

const captions = (figures: readonly Drawn[]): string =>
  figures.map((figure) => `**${figure.name}** ${escapeMarkdown(captionOf(figure))}\n`).join("\n");
