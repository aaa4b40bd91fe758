/** A text's label, and the text without it. */
export interface Labelled {
  /** In its normal form: "a" for "Ａ." and "(a)", "ii" for "Ⅱ". */
  label: string;
  text: string;
}

/** Ways to count options; at most eight are used. */
const SYSTEMS = [
  "a b c d e f g h",
  "1 2 3 4 5 6 7 8",
  "0 1 2 3 4 5 6 7",
  "i ii iii iv v vi vii viii",
  "а б в г д е ж з",
  "α β γ δ ε ζ η θ",
  "甲 乙 丙 丁 戊 己 庚 辛",
  "一 二 三 四 五 六 七 八",
].map((system) => system.split(" "));

/** Whether a label counts options, such as "b" or "2"; "走", a whole text in Chinese, does not. */
export const isCount = (label: string | undefined): boolean =>
  label !== undefined && SYSTEMS.some((system) => system.includes(label));

/** One letter or digit of any script, or a small Roman number. */
const SIGN = String.raw`(?:\p{L}|\p{N}|10|[ivxIVX]{2,4}|[ⅰ-ⅿⅠ-Ⅿ])`;
/** "A. ", "(B) ", "**c)** ", "1: ", "[D] ", "Option A - ", "①", "Ａ．" */
const MARKED = new RegExp(
  String.raw`^\s*(?:(?:option|choice|answer)\s+)?[*_]{0,2}(?:` +
    String.raw`[(（\[【](${SIGN})[)）\]】][.:：]?|(${SIGN})(?:[.):\]．：）、。]|\s+[-–—](?=\s))|([①-⑨Ⓐ-ⓩ⑴-⑼⒈-⒐]))[*_]{0,2}(\s*)(?=\S)`,
  "iu",
);
const ALONE = new RegExp(
  String.raw`^\s*(?:(?:option|choice|answer|action)[\s_-]*)?[*_]{0,2}[(（\[【]?(${SIGN}|[①-⑨Ⓐ-ⓩ])[)）\]】.:：．]*[*_]{0,2}\s*$`,
  "iu",
);
/** The first sign of "A Go" and "A\tGo", which is a label only if those of the other options go on from it. */
const BARE = new RegExp(String.raw`^\s*(${SIGN})\s+(?=\S)`, "u");

const normal = (label: string) => label.normalize("NFKC").replace(/[().]/g, "").toLowerCase();

/** Splits a text with a label into both; undefined if it has none. "U.S. …", "e.g. …" and "3.5 km" have none. */
export function splitMarked(text: string): Labelled | undefined {
  const found = MARKED.exec(text);
  if (!found) return undefined;
  const [whole, inBrackets, dotted, circled, space] = found;
  const rest = text.slice(whole.length);
  const needsSpace = dotted !== undefined && /[\p{L}\p{N}]/u.test(dotted) && /^[\x20-\x7e]+$/.test(whole);
  if (needsSpace && !space && !/^\p{Lu}(?![\p{Lu}\p{N}]?\.)/u.test(rest)) return undefined;
  return { label: normal((inBrackets ?? dotted ?? circled)!), text: rest.trim() };
}

/** The label that a value is, and nothing else: "A", "(b)", "2", "Option C"; undefined if it is none. */
export function labelAlone(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0 && value <= 8 ? String(value) : undefined;
  const found = typeof value === "string" ? ALONE.exec(value) : null;
  return found ? normal(found[1]!) : undefined;
}

/** Splits texts by their first signs, if these count on from the first; undefined otherwise. */
export function splitBare(texts: readonly string[]): Labelled[] | undefined {
  const found = texts.map((text) => BARE.exec(text));
  if (found.length < 2 || found.some((one) => one === null)) return undefined;
  const labels = found.map((one) => normal(one![1]!));
  if (placesOf(labels)?.every((place, i) => place === i) !== true) return undefined;
  return texts.map((text, i) => ({ label: labels[i]!, text: text.slice(found[i]![0].length).trim() }));
}

/** The places, from 0, that labels count: [1, 0] for "b", "a". Undefined unless they count without a gap. */
export function placesOf(labels: readonly string[]): number[] | undefined {
  for (const system of SYSTEMS) {
    const places = labels.map((label) => system.indexOf(label));
    if (new Set(places).size === labels.length && places.every((place) => place >= 0 && place < labels.length))
      return places;
  }
  return undefined;
}
