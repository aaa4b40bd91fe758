import { mix } from "./shingles";

/** Hash functions of a signature. */
export const PERMUTATIONS = 128;
/** Of the pairs that are exactly as similar as the threshold, so many must at least be found. */
const RECALL = 0.995;

// Multiply-add modulo 2^32 with an odd factor permutes the 32-bit numbers; the constants only have to differ.
const FACTORS = Int32Array.from({ length: PERMUTATIONS }, (_, i) => mix(2 * i + 1) | 1);
const OFFSETS = Int32Array.from({ length: PERMUTATIONS }, (_, i) => mix(2 * i + 2));
const LARGEST = 2 ** 31 - 1;

/**
 * MinHash signature of a set (Broder 1997): of each of 128 permutations the least value. Two sets agree at a place
 * with a probability that is their Jaccard similarity. The union's signature is the least of both, place by place.
 */
export function signature(set: Int32Array): Int32Array {
  const out = new Int32Array(PERMUTATIONS);
  for (let k = 0; k < PERMUTATIONS; k++) {
    const [factor, offset] = [FACTORS[k]!, OFFSETS[k]!];
    let least = LARGEST;
    for (let i = 0; i < set.length; i++) {
      const value = (Math.imul(factor, set[i]!) + offset) | 0;
      if (value < least) least = value;
    }
    out[k] = least;
  }
  return out;
}

export const unite = (a: Int32Array, b: Int32Array): Int32Array => a.map((value, i) => Math.min(value, b[i]!));

/** How a signature is cut into bands (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4). */
export interface Banding {
  bands: number;
  rows: number;
}

/** The longest bands, and so the fewest chance candidates, that still find pairs at the threshold. */
export function bandingFor(threshold: number): Banding {
  for (let rows = PERMUTATIONS; rows > 1; rows--) {
    const bands = Math.floor(PERMUTATIONS / rows);
    if (1 - (1 - threshold ** rows) ** bands >= RECALL) return { bands, rows };
  }
  return { bands: PERMUTATIONS, rows: 1 };
}

/** A hash of each band: sets that share one are candidates. */
export function bandKeys(signed: Int32Array, { bands, rows }: Banding): Int32Array {
  const keys = new Int32Array(bands);
  for (let band = 0; band < bands; band++) {
    let hash = band + 1;
    for (let row = 0; row < rows; row++) hash = Math.imul(hash ^ signed[band * rows + row]!, 0x01000193) + row;
    keys[band] = mix(hash);
  }
  return keys;
}
