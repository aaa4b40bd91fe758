import { type KnownIndex, type Leak, shinglesOf } from "./known";
import { type Banding, bandKeys, signature, unite } from "./minhash";
import { addShingles, hashWords, mix, toSet } from "./shingles";

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
  /** Sets of shingles, one after the other; entry i has those from starts[i] to starts[i + 1]. */
  shingles: Int32Array;
  starts: Int32Array;
  /** Equal where texts are equal after normalisation; of options in another order too. */
  texts: Float64Array;
  leaks: (Leak | null)[];
}

/** Sketches texts; each by itself, so that many can be done side by side. */
export function sketch(entries: readonly Screenable[], banding: Banding, known: KnownIndex | null): Sketches {
  const sets: Int32Array[] = [];
  const keys = new Int32Array(entries.length * banding.bands);
  const starts = new Int32Array(entries.length + 1);
  const texts = new Float64Array(entries.length);
  const leaks: (Leak | null)[] = [];
  entries.forEach((entry, i) => {
    const situationWords = hashWords(entry.situation);
    const hashes: number[] = [];
    addShingles(situationWords, hashes);
    const situation = toSet(hashes);
    const options = shinglesOf(entry.options);
    const [a, b] = [signature(situation), signature(options)];
    leaks.push(known?.leak(situation, a, options, b) ?? null);
    keys.set(bandKeys(unite(a, b), banding), i * banding.bands);
    const whole = union(situation, options);
    sets.push(whole);
    starts[i + 1] = starts[i]! + whole.length;
    texts[i] = textHash(situationWords, entry.options.map(hashWords));
  });
  const shingles = new Int32Array(starts[entries.length]!);
  sets.forEach((set, i) => {
    shingles.set(set, starts[i]);
  });
  return { ids: entries.map(({ id }) => id), keys, shingles, starts, texts, leaks };
}

/** Of two ascending sets. */
function union(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  let [i, j, n] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY];
    out[n++] = Math.min(left, right);
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return out.slice(0, n);
}

/** 53 bits over the words of a text: of the situation in order, and of each option. */
function textHash(situation: readonly number[], options: readonly (readonly number[])[]): number {
  const ordered = (words: readonly number[], seed: number) =>
    words.reduce((hash, word) => mix(Math.imul(hash, 0x9e3779b1) + word), seed);
  const half = (seed: number) =>
    options.reduce((sum, words) => (sum + ordered(words, seed + 1)) | 0, ordered(situation, seed)) >>> 0;
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
    leaks: parts.flatMap(({ leaks }) => leaks),
  };
}
