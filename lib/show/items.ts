import type { Findings, Result } from "../study/index";
import { escapeHtml } from "./table";
import { before, sizesOf } from "./tables";

/** Width of a picture on the page, in pixels. */
const PIXELS = 224;

/** Draws an item's picture as PNG, so many pixels wide. */
export type DrawPicture = (index: number, pixels: number) => Buffer;

/** Items whose answers training changed first, then others; always the same ones. */
export function chooseItems(findings: Findings, count: number): number[] {
  const changed = findings.items
    .map((_, i) => i)
    .filter((i) => answersOf(findings, i).some(({ was, now }) => was !== now));
  const rest = findings.items.map((_, i) => i).filter((i) => !changed.includes(i));
  const stride = Math.max(1, Math.floor(changed.length / count));
  const spread = changed.filter((_, n) => n % stride === 0);
  return [...spread, ...rest].slice(0, count);
}

/** An item with its picture, its options, its caption, and what each model chose, as HTML. */
export function itemCard(findings: Findings, position: number, draw: DrawPicture): string {
  const item = findings.items[position]!;
  const options = item.options.map(({ letter, text }) => {
    const right = letter === item.gold ? ' class="gold"' : "";
    return `<li${right}>${letter}. ${escapeHtml(text)}</li>`;
  });
  const readers = findings.table1
    .filter(({ input }) => input === "caption")
    .map((r) => `${escapeHtml(r.label)} ${mark(findings, r, position)}`);
  const seers = answersOf(findings, position).map(
    ({ label, was, now }) => `${escapeHtml(label)} ${letterMark(was, item.gold)} → ${letterMark(now, item.gold)}`,
  );
  return (
    `<div class="item"><img alt="Picture of item ${item.index}" width="${PIXELS}" src="data:image/png;base64,` +
    `${draw(item.index, 2 * PIXELS).toString("base64")}"><div><b>Item ${item.index}</b><ul>${options.join("")}</ul>` +
    `<p>Generated caption: <i>${escapeHtml(findings.captions[position]!)}</i></p>` +
    `<p>Language models on the caption: ${readers.join(", ")}</p>` +
    `<p>VLMs on the picture, before → after training: ${seers.join(", ")}</p></div></div>`
  );
}

/** Each VLM's answer to an item before training and after the most of the teacher's text. */
export function answersOf(findings: Findings, position: number): { label: string; was: string; now: string }[] {
  const largest = Math.max(...sizesOf(findings));
  return findings.table2
    .filter(({ source, size }) => source === "teacher" && size === largest)
    .map((after) => ({
      label: after.label,
      was: before(findings, after).letters[position] ?? "?",
      now: after.letters[position] ?? "?",
    }));
}

const mark = (findings: Findings, result: Result, position: number) =>
  letterMark(result.letters[position] ?? "?", findings.items[position]!.gold);

const letterMark = (letter: string, gold: string) => `<b>${letter}</b> ${letter === gold ? "✓" : "✗"}`;
