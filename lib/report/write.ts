import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { writeAtomic } from "../atomic";
import type { DrawPicture } from "../benchmark/index";
import type { PaperFacts } from "../published/index";
import { beforeAfter, toCsv, toMarkdown, toPlotly, toSvg } from "../show/index";
import type { Results } from "../study/index";
import { writeAssets } from "./assets";
import { contentsOf, isFigure, isTable } from "./contents";
import { page } from "./page";
import { writePictures } from "./pictures";
import { emptyData, writeItems, writeReplies, writeText } from "./side-scripts";
import { systemsOf } from "./systems";
import { viewsOf } from "./views";

/**
 * Writes the report of a study, as far as it is done, into `folder`: each table as CSV and Markdown, each figure as SVG
 * and plotly's JSON, and `index.html` with all of them and every answer and sample. The folder can be moved, and the page
 * opens from the disk. The same results give the same bytes.
 *
 * @param onProgress called with the number of pictures that are done, which take longest
 * @returns path of the page
 */
export async function writeReport(
  folder: string,
  results: Results,
  draw: DrawPicture,
  paper: PaperFacts,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => writeAtomic(join(folder, file), text);
  const drawing = writePictures(folder, results, draw, onProgress); // beside all that follows
  drawing.catch(() => {}); // it is awaited later
  await readAnswers(results);
  const parts = contentsOf(results, paper);
  const contents = parts.flatMap((part) => part.contents);
  for (const table of contents.filter(isTable)) {
    write(`${table.name}.csv`, toCsv(table));
    write(`${table.name}.md`, toMarkdown(table));
  }
  for (const figure of contents.filter(isFigure)) {
    write(`${figure.name}.svg`, await toSvg(figure));
    write(`${figure.name}.plotly.json`, `${JSON.stringify(toPlotly(figure))}\n`);
  }
  await writeAssets(folder);
  const systems = systemsOf(results);
  const data = emptyData(folder);
  writeReplies(data, results);
  const reasons = writeText(data, results);
  const pictures = await drawing;
  writeItems(data, results, systems, pictures);
  if (results.items.length > 0) write("before-after.svg", await beforeAfter(results, draw));
  const views = viewsOf({ results, parts, systems, pictures, reasons });
  write("index.html", page("Words over vision", `the ${results.profile} study`, views));
  return join(folder, "index.html");
}

/** Reads and scores all answers, one cell at a time, so that pictures that are drawn meanwhile can be written. */
async function readAnswers(results: Results): Promise<void> {
  for (const cell of results.cells) {
    results.get(cell);
    await setImmediate();
  }
}
