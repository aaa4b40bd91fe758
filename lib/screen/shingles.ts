/** Words per shingle. */
const WIDTH = 3;
/** A word in text that is not plain ASCII: a character of a script without spaces, or a run of letters and digits. */
const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])[\p{L}\p{M}\p{N}])+/gu;
/** Characters without a form of their own, such as the soft hyphen and the zero-width space. */
const INVISIBLE = /\p{Cf}/gu;
const ASCII_ONLY = /^[\0-\x7f]*$/;
const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A buffer that grows with the longest text so far; its content is copied before the next text. */
let scratch = new Int32Array(1024);

/** Hashes of a text's words, ignoring case, punctuation and white space. Plain ASCII has a fast path. */
export function hashWords(text: string): Int32Array {
  if (!ASCII_ONLY.test(text))
    return Int32Array.from(text.normalize("NFKC").replace(INVISIBLE, "").toLowerCase().match(WORD) ?? [], (word) =>
      hashWord(word),
    );
  if (scratch.length < text.length) scratch = new Int32Array(2 * text.length);
  let words = 0;
  let hash = FNV_START;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) code += 32;
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      inside = true;
    } else if (inside) {
      scratch[words++] = hash;
      hash = FNV_START;
      inside = false;
    }
  }
  if (inside) scratch[words++] = hash;
  return scratch.slice(0, words);
}

function hashWord(word: string): number {
  let hash = FNV_START;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME);
  return hash;
}

/**
 * Hashes of the shingles of each text, which are its runs of three words; a shorter text is one shingle. Hashes may
 * repeat.
 */
export function shinglesOf(texts: readonly Int32Array[]): Int32Array {
  let n = 0;
  for (const words of texts) n += words.length === 0 ? 0 : Math.max(1, words.length - WIDTH + 1);
  const out = new Int32Array(n);
  let at = 0;
  for (const words of texts) {
    if (words.length > 0 && words.length < WIDTH) out[at++] = hashSequence(words, 0);
    for (let i = WIDTH - 1; i < words.length; i++)
      out[at++] = mix(Math.imul(words[i - 2]!, 0x85ebca6b) + Math.imul(words[i - 1]!, 0xc2b2ae35) + words[i]!);
  }
  return out;
}

/** A hash of words in their order. */
export function hashSequence(words: Int32Array, seed: number): number {
  let hash = seed;
  for (let i = 0; i < words.length; i++) hash = mix(Math.imul(hash, 0x9e3779b1) + words[i]!);
  return hash;
}

/** Spreads the bits of a hash (the finaliser of MurmurHash3). */
function mix(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The distinct hashes in ascending order: a set that is quick to compare. */
export function toSet(hashes: Int32Array): Int32Array {
  const sorted = hashes.slice().sort();
  let n = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[n++] = sorted[i]!;
  return sorted.slice(0, n);
}

/** The union of two sets. */
export function unite(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  let [i, j, n] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const next = j === b.length || a[i]! <= b[j]! ? a[i]! : b[j]!;
    if (a[i] === next) i++;
    if (b[j] === next) j++;
    out[n++] = next;
  }
  return out.subarray(0, n);
}

/** Jaccard similarity of two sets, 0 to 1: the size of their intersection as a share of that of their union. */
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
