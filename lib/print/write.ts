import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../atomic";
import { WovError } from "../errors";
import { escapeHtml, escapeMarkdown, onOneLine } from "../escape";
import { toCsv, toMarkdown } from "../show/index";
import { FORMATS, type Format } from "./choices";
import type { Contents, Drawn } from "./contents";
import { captionOf, documentOf, figureFloat, toLatex } from "./latex";
import { ORIGIN_FILE } from "./origin";
import { openPdf, toPng } from "./render";

/**
 * Writes tables and figures for print, each with where it comes from, `origin.txt`, which says so of the CSV files, and
 * `figures.tex`, which has all of them. The same contents give the same bytes.
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
  makeFolder(folder);
  const files: string[] = [];
  const write = (file: string, content: string | Uint8Array) => {
    writeAtomic(join(folder, file), content);
    files.push(file);
  };
  const has = (format: Format) => formats.includes(format);
  const hidden = `<!-- ${onOneLine(origin).replace(/--(?=!?>)/g, "-\u200b-\u200b")} -->\n`;
  write(ORIGIN_FILE, `${onOneLine(origin)}\n`);
  for (const table of tables) {
    if (has("tex")) write(`${table.name}.tex`, toLatex(table, origin));
    if (has("md")) write(`${table.name}.md`, hidden + toMarkdown(table));
    if (has("csv")) write(`${table.name}.csv`, toCsv(table));
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
  const floats = [
    ...tables.map((table) => ({ ...table, kind: "table" as const })),
    ...(pdf ? figures : []).map((figure) => ({ ...figure, kind: "figure" as const })),
  ];
  if (has("tex")) write("figures.tex", documentOf(floats, origin));
  return files;
}

/** @throws WovError if a file of the name is there */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (!["EEXIST", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    throw new WovError(
      `${folder}: expected a folder, but it is a file or lies below one. Name another folder with --out`,
      2,
    );
  }
}

const withOrigin = (svg: string, origin: string): string =>
  svg.replace(/(<svg [^>]*>)/, (open) => `${open}<metadata>${escapeHtml(onOneLine(origin))}</metadata>`);

const captions = (figures: readonly Drawn[]): string =>
  figures.map((figure) => `**${figure.name}** ${escapeMarkdown(captionOf(figure))}\n`).join("\n");
