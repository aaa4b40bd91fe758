import { mix } from "./mix";

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
export function signature(hashes: Int32Array): Int32Array {
  const out = new Int32Array(PERMUTATIONS);
  // Most of the time of screening goes into this loop: two permutations at a time, and no branch, since which
  // value is the least cannot be foreseen. Values have 31 bits, so that their difference does not overflow.
  for (let k = 0; k < PERMUTATIONS; k += 2) {
    const factor = FACTORS[k]!;
    const factor2 = FACTORS[k + 1]!;
    const offset = OFFSETS[k]!;
    const offset2 = OFFSETS[k + 1]!;
    let least = LARGEST;
    let least2 = LARGEST;
    for (let i = 0; i < hashes.length; i++) {
      const hash = hashes[i]!;
      const below = (((Math.imul(factor, hash) + offset) >>> 1) - least) | 0;
      least = (least + (below & (below >> 31))) | 0;
      const below2 = (((Math.imul(factor2, hash) + offset2) >>> 1) - least2) | 0;
      least2 = (least2 + (below2 & (below2 >> 31))) | 0;
    }
    out[k] = least;
    out[k + 1] = least2;
  }
  return out;
}

/** The signature of a union of sets, of their signatures. */
export function unite(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(PERMUTATIONS);
  for (let k = 0; k < PERMUTATIONS; k++) out[k] = Math.min(a[k]!, b[k]!);
  return out;
}

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
    for (let row = band * rows; row < (band + 1) * rows; row++) hash = mix(Math.imul(hash, 0x9e3779b1) + signed[row]!);
    keys[band] = hash;
  }
  return keys;
}
