/** Finds those that share a band with another: a hash table for each band, in typed arrays, for millions of entries. */
export class LshTable {
  private readonly size: number;
  private readonly heads: Int32Array;
  private readonly next: Int32Array;
  private readonly visited: Int32Array;
  private round = 0;

  /**
   * @param keys the band keys of all that may be added, entry after entry
   * @param bands keys an entry
   */
  constructor(
    private readonly keys: Int32Array,
    private readonly bands: number,
  ) {
    const entries = keys.length / bands;
    this.size = 2 ** Math.ceil(Math.log2(Math.max(2, entries)));
    this.heads = new Int32Array(bands * this.size).fill(-1);
    this.next = new Int32Array(keys.length);
    this.visited = new Int32Array(entries);
  }

  /** From now on this entry is found. */
  add(entry: number): void {
    for (let band = 0; band < this.bands; band++) {
      const at = entry * this.bands + band;
      const head = band * this.size + (this.keys[at]! & (this.size - 1));
      this.next[at] = this.heads[head]!;
      this.heads[head] = entry;
    }
  }

  /** Visits each added entry that shares a band with these keys, once. */
  visit(keys: Int32Array, offset: number, found: (entry: number) => void): void {
    this.round++;
    for (let band = 0; band < this.bands; band++) {
      const key = keys[offset + band]!;
      let entry = this.heads[band * this.size + (key & (this.size - 1))]!;
      while (entry >= 0) {
        const at = entry * this.bands + band;
        if (this.keys[at] === key && this.visited[entry] !== this.round) {
          this.visited[entry] = this.round;
          found(entry);
        }
        entry = this.next[at]!;
      }
    }
  }
}
