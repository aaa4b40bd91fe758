import type { Contamination, KnownIndex } from "./known";
import { hashSequence, hashWords, shinglesOf, toSet, unite } from "./shingles";
import type { SetList } from "./similar";

/** A text to be screened. */
export interface Screenable {
  id: string;
  situation: string;
  /** Without their letters; their order does not matter. */
  options: readonly string[];
  /** Its other texts: a question, a rationale, a system text. They may be contaminated, but make no duplicates. */
  more?: readonly string[];
}

/** Everything needed to compare texts, in arrays by entry. */
export interface Sketches extends SetList {
  ids: string[];
  /** Equal for texts that are equal after normalisation, whatever the order of their options. */
  texts: Float64Array;
  contaminated: (Contamination | null)[];
}

/** Sketches texts, each independently of the others, so that they can be sketched in parallel. */
export function sketch(entries: readonly Screenable[], known: KnownIndex | null): Sketches {
  const texts = new Float64Array(entries.length);
  const contaminated: (Contamination | null)[] = [];
  const sets = entries.map((entry, i) => {
    const words = hashWords(entry.situation);
    const optionWords = entry.options.map(hashWords);
    texts[i] = textHash(words, optionWords);
    const [situation, options] = [toSet(shinglesOf([words])), toSet(shinglesOf(optionWords))];
    const both = unite(situation, options);
    if (known) contaminated.push(known.contamination({ situation, options, whole: withMore(both, entry) }));
    else contaminated.push(null);
    return both;
  });
  return { ids: entries.map(({ id }) => id), ...listSets(sets), texts, contaminated };
}

/** A short option on a line of its own, as in a prompt: "B. Walk on". Elsewhere its words run into those of the next. */
const SHORT_OPTION = /^[ \t]*[([]?[A-Za-z0-9][.):\]][ \t]*(\S+(?:[ \t]+\S+)?)[ \t]*\r?$/gm;

/** The shingles of all texts of a sample. */
function withMore(both: Int32Array, { situation, more = [] }: Screenable): Int32Array {
  if (more.length === 0 && !situation.includes("\n")) return both;
  const short = [situation, ...more].flatMap((text) =>
    Array.from(text.matchAll(SHORT_OPTION), ([, option]) => option!),
  );
  return unite(both, toSet(shinglesOf([...more, ...short].map(hashWords))));
}

/** A 53-bit hash of the words of a text: those of the situation in order, and those of each option. */
function textHash(situation: Int32Array, options: readonly Int32Array[]): number {
  const half = (seed: number) => {
    let sum = hashSequence(situation, seed);
    for (const words of options) sum = (sum + hashSequence(words, seed + 1)) | 0;
    return sum >>> 0;
  };
  return (half(1) >>> 11) * 2 ** 32 + half(7);
}

/** Puts sets into one list. */
export function listSets(sets: readonly Int32Array[]): SetList {
  const starts = new Int32Array(sets.length + 1);
  for (const [i, set] of sets.entries()) starts[i + 1] = starts[i]! + set.length;
  const shingles = new Int32Array(starts[sets.length]!);
  for (const [i, set] of sets.entries()) shingles.set(set, starts[i]);
  return { shingles, starts };
}

/** Joins sketches in their order. */
export function joinSketches(parts: readonly Sketches[]): Sketches {
  const total = (key: "shingles" | "texts") => parts.reduce((sum, part) => sum + part[key].length, 0);
  const shingles = new Int32Array(total("shingles"));
  const texts = new Float64Array(total("texts"));
  const starts = new Int32Array(texts.length + 1);
  let [atShingle, atText] = [0, 0];
  for (const part of parts) {
    shingles.set(part.shingles, atShingle);
    texts.set(part.texts, atText);
    for (let i = 0; i < part.texts.length; i++) starts[atText + i + 1] = atShingle + part.starts[i + 1]!;
    atShingle += part.shingles.length;
    atText += part.texts.length;
  }
  return {
    ids: parts.flatMap(({ ids }) => ids),
    shingles,
    starts,
    texts,
    contaminated: parts.flatMap(({ contaminated }) => contaminated),
  };
}
