import { jaccard } from "./shingles";

/** Sets of ascending shingles in one array: set i is from starts[i] to starts[i + 1]. */
export interface SetList {
  shingles: Int32Array;
  starts: Int32Array;
}

/** A set that resembles another one. */
export interface Match {
  entry: number;
  /** Jaccard similarity, 0 to 1. */
  score: number;
}

const MAX_COUNT = 65535;
/** For floating point: 0.1 * 30 is slightly more than 3. */
const ROUNDING = 1e-9;
/** Maximum number of lists of postings. Sets in the same list are compared only if the shingle is the same. */
const MAX_LISTS = 2 ** 22;

/**
 * Finds similar sets exactly, by prefix filtering (Bayardo, Ma, Srikant 2007). The prefix of a set is its rarest
 * shingles, enough of them that two sets which share only other shingles cannot reach the threshold. So two similar
 * sets share a shingle of their prefixes. Only prefixes are indexed, and only sets that share such a shingle are
 * compared.
 */
export class SimilarSets {
  /** How often each shingle occurs, by its lower bits. Shingles that share a count cost time, but no match. */
  private readonly counts: Uint16Array;
  private readonly heads: Int32Array;
  /** For each posting: its shingle, its set, and the posting before it in its list. */
  private postings = new Int32Array(3 * 1024);
  private used = 0;
  /** For each set: how many were added before it. */
  private readonly added: Int32Array;
  private total = 0;
  /** For each set: the visit that last compared it, so that no visit compares it twice. */
  private readonly compared: Int32Array;
  private visits = 0;
  private keys = new Float64Array(256);

  /**
   * @param minCount shingles that occur less often cannot be shared: 2 if the visiting sets are in the list themselves
   */
  constructor(
    private readonly sets: SetList,
    private readonly threshold: number,
    private readonly minCount: 1 | 2,
  ) {
    const { shingles, starts } = sets;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1024, shingles.length)));
    const counts = new Uint16Array(slots);
    for (let i = 0; i < shingles.length; i++) {
      const at = shingles[i]! & (slots - 1);
      if (counts[at]! < MAX_COUNT) counts[at]!++;
    }
    this.counts = counts;
    this.heads = new Int32Array(Math.min(slots, MAX_LISTS)).fill(-1);
    this.added = new Int32Array(starts.length - 1);
    this.compared = new Int32Array(starts.length - 1);
  }

  /** A set of the list. */
  set(entry: number): Int32Array {
    return this.sets.shingles.subarray(this.sets.starts[entry], this.sets.starts[entry + 1]);
  }

  /** Adds a set, so that it is found from now on. */
  add(entry: number): void {
    const prefix = this.prefixOf(this.set(entry));
    this.added[entry] = this.total++;
    if (this.used + 3 * prefix.length > this.postings.length) {
      const larger = new Int32Array(2 * this.postings.length + 3 * prefix.length);
      larger.set(this.postings);
      this.postings = larger;
    }
    for (const key of prefix) {
      const shingle = key | 0;
      const list = shingle & (this.heads.length - 1);
      this.postings[this.used] = shingle;
      this.postings[this.used + 1] = entry;
      this.postings[this.used + 2] = this.heads[list]!;
      this.heads[list] = this.used;
      this.used += 3;
    }
  }

  /** Visits each added set that is at least this similar to a set. */
  visit(set: Int32Array, found: (match: Match) => void): void {
    const { postings, heads, compared, threshold } = this;
    const { starts } = this.sets;
    this.visits++;
    for (const key of this.prefixOf(set)) {
      const shingle = key | 0;
      for (let at = heads[shingle & (heads.length - 1)]!; at >= 0; at = postings[at + 2]!) {
        const entry = postings[at + 1]!;
        if (postings[at] !== shingle || compared[entry] === this.visits) continue;
        compared[entry] = this.visits;
        const size = starts[entry + 1]! - starts[entry]!;
        if (Math.min(size, set.length) < threshold * Math.max(size, set.length) - ROUNDING) continue;
        const score = jaccard(set, this.set(entry));
        if (score >= threshold) found({ entry, score });
      }
    }
  }

  /** The most similar of the added sets; in a tie, the one that was added first. */
  nearest(set: Int32Array): Match | null {
    let best: Match | null = null;
    this.visit(set, (match) => {
      const order = best && (match.score - best.score || this.added[best.entry]! - this.added[match.entry]!);
      if (order === null || order > 0) best = match;
    });
    return best;
  }

  /** The prefix of a set, as keys: a shingle in the lower 32 bits, its count above them. */
  private prefixOf(set: Int32Array): Float64Array {
    const { counts, minCount } = this;
    if (this.keys.length < set.length) this.keys = new Float64Array(2 * set.length);
    let rare = 0;
    let n = 0;
    for (let i = 0; i < set.length; i++) {
      const count = counts[set[i]! & (counts.length - 1)]!;
      if (count < minCount) rare++;
      else this.keys[n++] = count * 2 ** 32 + (set[i]! >>> 0);
    }
    const length = set.length - Math.ceil(this.threshold * set.length - ROUNDING) + 1 - rare;
    return length > 0 ? this.keys.subarray(0, n).sort().subarray(0, length) : this.keys.subarray(0, 0);
  }
}
