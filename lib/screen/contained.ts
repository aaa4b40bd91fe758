/** A known text that stands in a sample. */
export interface Containment {
  /** Its position among the known sets. */
  entry: number;
  /** Share of its shingles that occur in the sample, 0 to 1. */
  score: number;
}

/** A known text of fewer shingles is left out: three or four words in a row are in many texts. */
export const MIN_SHINGLES = 3;
/** At least so many shingles must be common, or all of a text that has fewer. */
const MIN_COMMON = 4;
/** Most shingles of a sample are in no known text. This many bits tell so for nearly all of them. */
const FILTER_BITS = 2 ** 21;

/** Finds known sets of shingles that stand in a set, whatever else it holds. Exact: every shingle is indexed. */
export class ContainedSets {
  private readonly entries = new Map<number, number[]>();
  private readonly filter = new Uint8Array(FILTER_BITS / 8);
  /** For each known set: how many of its shingles were found in the set that is searched. */
  private readonly hits: Int32Array;

  constructor(
    private readonly sets: readonly Int32Array[],
    private readonly threshold: number,
  ) {
    this.hits = new Int32Array(sets.length);
    for (const [entry, set] of sets.entries())
      for (const shingle of set) {
        const others = this.entries.get(shingle);
        if (others) others.push(entry);
        else this.entries.set(shingle, [entry]);
        this.filter[(shingle & (FILTER_BITS - 1)) >> 3]! |= 1 << (shingle & 7);
      }
  }

  /** The known set of which the largest share is in a set; in a tie, the first. Null if none reaches the threshold. */
  fullest(set: Int32Array): Containment | null {
    let best: Containment | null = null;
    for (const entry of this.count(set)) {
      const [common, size] = [this.hits[entry]!, this.sets[entry]!.length];
      this.hits[entry] = 0;
      const score = common / size;
      if (score < this.threshold || common < Math.min(MIN_COMMON, size)) continue;
      if (!best || score > best.score || (score === best.score && entry < best.entry)) best = { entry, score };
    }
    return best;
  }

  /** Counts the common shingles of a set and each known one. @returns the known sets that have any */
  private count(set: Int32Array): number[] {
    const touched: number[] = [];
    for (let i = 0; i < set.length; i++) {
      const shingle = set[i]!;
      if (!(this.filter[(shingle & (FILTER_BITS - 1)) >> 3]! & (1 << (shingle & 7)))) continue;
      for (const entry of this.entries.get(shingle) ?? []) if (this.hits[entry]!++ === 0) touched.push(entry);
    }
    return touched;
  }
}
