import type { Cell, Results } from "../study/index";
import { beforeTraining, largestOf, pilotCells, vlmCells } from "./cells";
import { escapeHtml, NOT_THERE } from "./table";

/** Width of a picture on the page, in pixels. */
const PIXELS = 224;

/** Draws an item's picture as PNG, `pixels` wide; undefined if there is none. */
export type DrawPicture = (index: number, pixels: number) => Promise<Buffer | undefined>;

/** A VLM's answer to an item before training, and after training on the teacher's largest set. */
export interface Answers {
  label: string;
  before: string;
  after: string;
}

/** Each trained VLM's answers to the item at a position; with several seeds, those of the first. */
export function answersOf(results: Results, position: number): Answers[] {
  return vlmCells(results).flatMap((vlm) => {
    const [after] = largestOf(results, vlm.model, results.teacher);
    if (!after || !results.get(after)) return [];
    return [
      {
        label: results.labels.models[vlm.model]!,
        before: letterOf(results, beforeTraining(after), position),
        after: letterOf(results, after, position),
      },
    ];
  });
}

/** Positions of items to show: first those whose answers training changed, then others. The choice is deterministic. */
export function chooseItems(results: Results, count: number): number[] {
  const positions = results.items.map((_, i) => i);
  const changed = positions.filter((i) => answersOf(results, i).some(({ before, after }) => before !== after));
  const isChanged = new Set(changed);
  const stride = Math.max(1, Math.floor(changed.length / count));
  const spread = changed.filter((_, n) => n % stride === 0);
  return [...spread, ...positions.filter((i) => !isChanged.has(i))].slice(0, count);
}

/** An item as HTML: its picture, options, caption, and what each model chose. */
export async function itemCard(results: Results, position: number, draw: DrawPicture): Promise<string> {
  const item = results.items[position]!;
  const options = item.options.map(({ letter, text }) => {
    const right = letter === item.gold ? ' class="gold"' : "";
    return `<li${right}>${letter}. ${escapeHtml(text)}</li>`;
  });
  const llms = pilotCells(results)
    .filter(({ input }) => input === "caption")
    .map(
      (cell) =>
        `${escapeHtml(results.labels.models[cell.model]!)} ${mark(letterOf(results, cell, position), item.gold)}`,
    );
  const vlms = answersOf(results, position).map(
    ({ label, before, after }) => `${escapeHtml(label)} ${mark(before, item.gold)} → ${mark(after, item.gold)}`,
  );
  const picture = await draw(item.index, 2 * PIXELS);
  const shown = picture
    ? `<img alt="Picture of item ${item.index}" width="${PIXELS}" src="data:image/png;base64,${picture.toString("base64")}">`
    : `<p style="width: ${PIXELS}px">No picture</p>`;
  return (
    `<div class="item">${shown}<div><b>Item ${item.index}</b><ul>${options.join("")}</ul>` +
    `<p>Generated caption: <i>${escapeHtml(results.captions.get(item.index) ?? "–")}</i></p>` +
    `<p>Language models on the caption: ${llms.join(", ")}</p>` +
    `<p>VLMs on the picture, before → after training: ${vlms.join(", ") || "–"}</p></div></div>`
  );
}

/** The letter that was read; "?" if the reply is unparsed, "–" if the item was not asked. */
function letterOf(results: Results, cell: Cell, position: number): string {
  const letter = results.get(cell)?.letters.get(results.items[position]!.index);
  return letter === undefined ? NOT_THERE : (letter ?? "?");
}

const mark = (letter: string, gold: string) =>
  letter === NOT_THERE ? letter : `<b>${letter}</b> ${letter === gold ? "✓" : "✗"}`;
