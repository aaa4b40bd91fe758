import seedrandom from "seedrandom";

/** A seeded random number generator: the same seed gives the same numbers on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from 0 to n − 1. */
  int(n: number): number;
  /** An element of `from`, which must not be empty. */
  pick<T>(from: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(from: readonly T[]): T[];
  /** A value from (value, weight) pairs; the weights need not add up to 1. */
  weighted<T>(pairs: readonly (readonly [T, number])[]): T;
}

/**
 * Creates a `Random` from the parts of a seed, such as ("pocket", "test", 7). Seeds with a different part are
 * independent.
 */
export function createRandom(...seed: (string | number)[]): Random {
  const next = seedrandom(JSON.stringify(seed));
  const int = (n: number) => Math.floor(next() * n);
  return {
    next,
    int,
    pick: (from) => {
      if (from.length === 0) throw new RangeError("pick: nothing to pick from");
      return from[int(from.length)]!;
    },
    shuffle: (from) => {
      const out = [...from];
      for (let i = out.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
    weighted: (pairs) => {
      let left = next() * pairs.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of pairs) {
        left -= weight;
        if (left < 0) return value;
      }
      return pairs[pairs.length - 1]![0];
    },
  };
}
