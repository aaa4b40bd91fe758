import type { DrawPicture, Item } from "../benchmark/index";
import { WovError } from "../errors";
import { escapeHtml } from "../escape";
import type { Cell, Results } from "../study/index";
import { card, optionList } from "./card";
import { beforeTraining, largestOf, pilotCells, vlmCells } from "./cells";
import { NOT_THERE } from "./table";

/** Width of a picture on the page, in pixels. */
const PIXELS = 224;

/** A VLM's answer to an item before training, and after training on the teacher's largest set. */
export interface Answers {
  label: string;
  before: string;
  after: string;
}

/** Each trained VLM's answers to an item; with several seeds, those of the first. */
export function answersOf(results: Results, item: Item): Answers[] {
  return vlmCells(results).flatMap((vlm) => {
    const [after] = largestOf(results, vlm.model, results.teacher);
    if (!after || !results.get(after)) return [];
    return [
      {
        label: results.labels.models[vlm.model]!,
        before: letterOf(results, beforeTraining(after), item),
        after: letterOf(results, after, item),
      },
    ];
  });
}

/** Numbers of items to show: first those whose answers training changed, then others. The choice is deterministic. */
export function chooseItems(results: Results, count: number): number[] {
  const { items } = results;
  const changed = items.filter((item) => answersOf(results, item).some(({ before, after }) => before !== after));
  const isChanged = new Set(changed);
  const stride = Math.max(1, Math.floor(changed.length / count));
  const spread = changed.filter((_, n) => n % stride === 0);
  return [...spread, ...items.filter((item) => !isChanged.has(item))].slice(0, count).map(({ index }) => index);
}

/** Numbers of the items that all models of Table 1 had wrong; those that a model was not asked about are left out. */
export function wrongForAll(results: Results): number[] {
  const all = pilotCells(results).flatMap((cell) => results.get(cell) ?? []);
  const isWrong = ({ index, gold }: Item) =>
    all.length > 0 && all.every(({ letters }) => letters.has(index) && letters.get(index) !== gold);
  return results.items.filter(isWrong).map(({ index }) => index);
}

/** The item of a number. @throws WovError that says which numbers there are */
export function findItem({ items }: Pick<Results, "items">, number: number): Item {
  const item = items.find(({ index }) => index === number);
  if (item) return item;
  const [first, last] = [items[0]?.index, items.at(-1)?.index];
  throw new WovError(`no item ${number}: expected the number of an item, from ${first} to ${last}`, 2);
}

/** An item as HTML with its picture in it, for a notebook. */
export async function itemCard(results: Results, item: Item, draw: DrawPicture): Promise<string> {
  const picture = await draw(item.index, 2 * PIXELS);
  return itemHtml(results, item, picture && `data:image/png;base64,${picture.toString("base64")}`);
}

/**
 * An item as HTML: its picture, options, caption, and what each model chose.
 *
 * @param source address of the picture; undefined if there is none
 */
export function itemHtml(results: Results, item: Item, source: string | undefined): string {
  const llms = pilotCells(results)
    .filter(({ input }) => input === "caption")
    .map(
      (cell) => `${escapeHtml(results.labels.models[cell.model]!)} ${mark(letterOf(results, cell, item), item.gold)}`,
    );
  const vlms = answersOf(results, item).map(
    ({ label, before, after }) => `${escapeHtml(label)} ${mark(before, item.gold)} → ${mark(after, item.gold)}`,
  );
  const style = `style="align-self: flex-start; border-radius: 8px; max-width: 100%"`;
  const shown = source
    ? `<img alt="Picture of item ${item.index}" width="${PIXELS}" ${style} loading="lazy" src="${source}">`
    : `<p style="width: ${PIXELS}px">No picture</p>`;
  return card(
    shown,
    `<b>Item ${item.index}</b>${optionList(item.options, item.gold)}` +
      `<p>Generated caption: <i>${escapeHtml(results.captions.get(item.index) ?? NOT_THERE)}</i></p>` +
      `<p>Language models on the caption: ${llms.join(", ")}</p>` +
      `<p>VLMs on the picture, before → after training: ${vlms.join(", ") || NOT_THERE}</p>`,
  );
}

/** The letter that was read; "?" if the reply is unparsed, "–" if the item was not asked. */
function letterOf(results: Results, cell: Cell, { index }: Item): string {
  const letter = results.get(cell)?.letters.get(index);
  return letter === undefined ? NOT_THERE : (letter ?? "?");
}

const mark = (letter: string, gold: string) =>
  letter === NOT_THERE ? letter : `<b>${escapeHtml(letter)}</b> ${letter === gold ? "✓" : "✗"}`;
