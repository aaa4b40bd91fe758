/** Words a shingle is made of. */
const WIDTH = 3;
/** What is a word where text is not plain ASCII: a sign of a script that sets no blanks, or a run of letters. */
const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])[\p{L}\p{M}\p{N}])+/gu;
const ASCII_ONLY = /^[\0-\x7f]*$/;
const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Hashes of a text's words: case, marks and white space play no part. Plain ASCII takes the fast way. */
export function hashWords(text: string): number[] {
  return ASCII_ONLY.test(text)
    ? hashAscii(text)
    : (text.normalize("NFKC").toLowerCase().match(WORD) ?? []).map(hashWord);
}

function hashAscii(text: string): number[] {
  const words: number[] = [];
  let hash = FNV_START;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) code += 32;
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      inside = true;
    } else if (inside) {
      words.push(hash);
      hash = FNV_START;
      inside = false;
    }
  }
  if (inside) words.push(hash);
  return words;
}

function hashWord(word: string): number {
  let hash = FNV_START;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** Adds the hashes of a text's shingles, its runs of three words; a shorter text is one shingle. */
export function addShingles(words: readonly number[], into: number[]): void {
  if (words.length === 0) return;
  if (words.length < WIDTH) return void into.push(mix(words.reduce((hash, word) => Math.imul(hash, 31) + word, 7)));
  for (let i = WIDTH - 1; i < words.length; i++)
    into.push(mix(Math.imul(words[i - 2]!, 0x85ebca6b) + Math.imul(words[i - 1]!, 0xc2b2ae35) + words[i]!));
}

/** Spreads the bits of a hash (the finaliser of MurmurHash3). */
export function mix(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The different hashes among some, ascending: a set that is quick to compare. */
export function toSet(hashes: readonly number[]): Int32Array {
  const sorted = Int32Array.from(hashes).sort();
  let n = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[n++] = sorted[i]!;
  return sorted.slice(0, n);
}

/** Jaccard similarity of two sets, 0 to 1: what both have, of what either has. */
export function jaccard(a: Int32Array, b: Int32Array): number {
  let [i, j, common] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const difference = a[i]! - b[j]!;
    if (difference === 0) common++;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return common === 0 ? 0 : common / (a.length + b.length - common);
}
