import { closeSync, openSync, writeSync } from "node:fs";
import { createRandom, type Random } from "../../lib/random";

/** A made-up text as the benchmark screens it. */
export interface MadeText {
  id: string;
  situation: string;
  options: string[];
}

/** Two texts of which the second is an edit of the first. */
export interface Planted {
  id: string;
  of: string;
}

const SYLLABLES = ["ba", "co", "di", "fe", "gu", "ha", "jo", "ki", "lu", "ma", "ne", "po", "ra", "si", "to", "vu"];
const VOCABULARY = Array.from(
  { length: 4096 },
  (_, i) => SYLLABLES[i >> 8]! + SYLLABLES[(i >> 4) & 15]! + SYLLABLES[i & 15]!,
);
/** Words of a situation, options of a text, words of an option: about 120 words in all. */
const [WORDS, OPTIONS, OPTION_WORDS] = [60, 5, 12];
/** Percentages of the texts that are edits of another one, and of a known one. */
const [EDITED, CONTAMINATED] = [2, 1];

/** Words as in a language: a few are in every sentence, most are rare (Zipf's law). */
const word = (random: Random) => VOCABULARY[Math.floor(VOCABULARY.length ** random.next()) - 1]!;
const words = (random: Random, n: number) => Array.from({ length: n }, () => word(random)).join(" ");

export function makeText(id: string, random: Random, length = WORDS): MadeText {
  const options = Array.from({ length: OPTIONS }, () => words(random, OPTION_WORDS));
  return { id, situation: words(random, length), options };
}

/** Edits as generators repeat themselves: words swapped, words put in, a rare word (a name) changed, options moved. */
export function edit(text: MadeText, id: string, random: Random, edits: number): MadeText {
  const situation = text.situation.split(" ");
  for (let i = 0; i < edits; i++) {
    const at = random.int(situation.length);
    const kind = random.int(3);
    if (kind === 0) situation[at] = word(random);
    if (kind === 1) situation.splice(at, 0, word(random));
    if (kind === 2) situation[rarest(situation)] = `name${random.int(100)}`;
  }
  return { id, situation: situation.join(" "), options: random.shuffle(text.options) };
}

const rarest = (words: readonly string[]): number =>
  words.reduce((best, one, i) => (VOCABULARY.indexOf(one) > VOCABULARY.indexOf(words[best]!) ? i : best), 0);

/** Known texts, such as a benchmark's items: shorter situations. */
export const makeKnown = (items: number, random = createRandom("screen", "known")): MadeText[] =>
  Array.from({ length: items }, (_, i) => makeText(`item ${i + 1}`, random, WORDS / 3));

/**
 * Writes `n` made-up samples as JSON Lines, with planted edits of other samples and of known texts.
 *
 * @returns the planted ones
 */
export function writeSamples(
  file: string,
  n: number,
  known: readonly MadeText[],
): { edits: Planted[]; contaminated: Planted[] } {
  const random = createRandom("screen", n);
  const planted = { edits: [] as Planted[], contaminated: [] as Planted[] };
  const handle = openSync(file, "w");
  let last: MadeText | undefined;
  let lines: string[] = [];
  for (let i = 0; i < n; i++) {
    const id = `s-${String(i).padStart(8, "0")}`;
    const draw = random.int(100);
    let text: MadeText;
    if (last && draw < EDITED) {
      text = edit(last, id, random, 1 + random.int(3));
      planted.edits.push({ id, of: last.id });
    } else if (draw < EDITED + CONTAMINATED) {
      const item = random.pick(known);
      text = edit({ ...item, options: makeText(id, random).options }, id, random, 1);
      planted.contaminated.push({ id, of: item.id });
    } else text = last = makeText(id, random);
    lines.push(`${JSON.stringify(text)}\n`);
    if (lines.length === 1000 || i === n - 1) {
      writeSync(handle, lines.join(""));
      lines = [];
    }
  }
  closeSync(handle);
  return planted;
}
