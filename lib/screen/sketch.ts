import type { Contamination, KnownIndex } from "./known";
import { type Banding, bandKeys, signature, unite } from "./minhash";
import { hashSequence, hashWords, shinglesOf, toSet } from "./shingles";

/** A text to be screened. */
export interface Screenable {
  id: string;
  situation: string;
  /** Without their letters; their order plays no part. */
  options: readonly string[];
}

/** All that the comparison of texts needs, entry after entry. */
export interface Sketches {
  ids: string[];
  /** Band keys, `banding.bands` an entry. */
  keys: Int32Array;
  /** Shingles, one text after the other; entry i has those from starts[i] to starts[i + 1]. */
  shingles: Int32Array;
  starts: Int32Array;
  /** Equal where texts are equal after normalisation; of options in another order too. */
  texts: Float64Array;
  contaminated: (Contamination | null)[];
}

/** Sketches texts; each by itself, so that many can be done side by side. */
export function sketch(entries: readonly Screenable[], banding: Banding, known: KnownIndex | null): Sketches {
  const shingled: Int32Array[] = [];
  const keys = new Int32Array(entries.length * banding.bands);
  const starts = new Int32Array(entries.length + 1);
  const texts = new Float64Array(entries.length);
  const contaminated: (Contamination | null)[] = [];
  entries.forEach((entry, i) => {
    const words = [hashWords(entry.situation)];
    const optionWords = entry.options.map(hashWords);
    const [situation, options] = [shinglesOf(words), shinglesOf(optionWords)];
    const [a, b] = [signature(situation), signature(options)];
    contaminated.push(known?.contamination(situation, a, options, b) ?? null);
    keys.set(bandKeys(unite(a, b), banding), i * banding.bands);
    shingled.push(situation, options);
    starts[i + 1] = starts[i]! + situation.length + options.length;
    texts[i] = textHash(words[0]!, optionWords);
  });
  const shingles = new Int32Array(starts[entries.length]!);
  let at = 0;
  for (const some of shingled) {
    shingles.set(some, at);
    at += some.length;
  }
  return { ids: entries.map(({ id }) => id), keys, shingles, starts, texts, contaminated };
}

/** 53 bits over the words of a text: of the situation in order, and of each option. */
function textHash(situation: Int32Array, options: readonly Int32Array[]): number {
  const half = (seed: number) => {
    let sum = hashSequence(situation, seed);
    for (const words of options) sum = (sum + hashSequence(words, seed + 1)) | 0;
    return sum >>> 0;
  };
  return (half(1) >>> 11) * 2 ** 32 + half(7);
}

/** Several in one, in their order. */
export function joinSketches(parts: readonly Sketches[]): Sketches {
  const total = (key: "keys" | "shingles" | "texts") => parts.reduce((sum, part) => sum + part[key].length, 0);
  const keys = new Int32Array(total("keys"));
  const shingles = new Int32Array(total("shingles"));
  const texts = new Float64Array(total("texts"));
  const starts = new Int32Array(texts.length + 1);
  let [atKey, atShingle, atText] = [0, 0, 0];
  for (const part of parts) {
    keys.set(part.keys, atKey);
    shingles.set(part.shingles, atShingle);
    texts.set(part.texts, atText);
    for (let i = 0; i < part.texts.length; i++) starts[atText + i + 1] = atShingle + part.starts[i + 1]!;
    atKey += part.keys.length;
    atShingle += part.shingles.length;
    atText += part.texts.length;
  }
  return {
    ids: parts.flatMap(({ ids }) => ids),
    keys,
    shingles,
    starts,
    texts,
    contaminated: parts.flatMap(({ contaminated }) => contaminated),
  };
}

/** Sets of entries' shingles; each is made when it is first asked for, since few are ever compared. */
export function lazySets({ shingles, starts }: Sketches): (entry: number) => Int32Array {
  const sets = new Map<number, Int32Array>();
  return (entry) => {
    const known = sets.get(entry);
    if (known) return known;
    const set = toSet(shingles.subarray(starts[entry], starts[entry + 1]));
    sets.set(entry, set);
    return set;
  };
}
