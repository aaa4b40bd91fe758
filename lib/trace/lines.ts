import { escapeControls, onOneLine } from "../escape";

/** Columns of a terminal, and of the labels before values. */
export const WIDTH = 80;
const LABEL = 12;

/** A labelled value as lines that fit a terminal; further lines begin below the first value. */
export function labelled(label: string, value: string): string[] {
  const lines = wrapWords(value, WIDTH - LABEL - 2);
  return lines.map((line, i) => `  ${(i === 0 ? label : "").padEnd(LABEL)}${line}`);
}

/** A sentence as lines that fit a terminal. */
export const sentence = (text: string, indent = ""): string[] =>
  wrapWords(text, WIDTH - indent.length).map((line) => indent + line);

/** Breaks a text between words. A longer word, such as an id, stays whole, so that it can be copied. */
function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of onOneLine(text).trim().split(/ +/)) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last]!.length + 1 + word.length <= width) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A text of others as it came, in lines that fit a terminal. */
export const verbatim = (text: string, indent: string): string[] =>
  escapeControls(text)
    .split("\n")
    .flatMap((line) => line.match(new RegExp(breaks(WIDTH - indent.length), "gu")) ?? [""])
    .map((line) => (indent + line).trimEnd());

const breaks = (width: number) => `.{1,${width - 1}}(?:\\s|$)|.{1,${width}}`;

/** The beginning of a SHA-256, enough to tell files apart. */
export const shortSha = (sha256: string): string => sha256.slice(0, 16);

/** "2026-11-28 06:16 UTC" */
export const minute = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;

/** "500, 1,000 and 2,000" */
export const listed = (values: readonly (string | number)[]): string => {
  const texts = values.map((value) => value.toLocaleString("en"));
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
};
