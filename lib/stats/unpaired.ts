import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { mcnemarExact } from "./mcnemar";
import { type Interval, wilson } from "./wilson";

/** A comparison of two proportions, without knowing on which items they agree. */
export interface UnpairedComparison extends Interval {
  /** Second minus first. */
  difference: number;
  /** Two-sided p of the z test with pooled variance. */
  p: number;
}

/**
 * Compares `first` of `n` with `second` of `n` as if the items were different ones. Interval: see `newcombe`.
 */
export function compareUnpaired(first: number, second: number, n: number, level = 0.95): UnpairedComparison {
  const interval = newcombe({ share: first / n, n }, { share: second / n, n }, level);
  const pooled = (first + second) / (2 * n);
  const z = interval.difference / Math.sqrt((2 * pooled * (1 - pooled)) / n);
  return { ...interval, p: first === second ? 1 : 2 * normalCdf(-Math.abs(z), 0, 1) };
}

/** A share of right answers among n items. */
export interface Proportion {
  share: number;
  n: number;
}

/**
 * The second proportion minus the first, with its interval, as if the items were different ones.
 * Source: Newcombe (1998), Statist. Med. 17, 873–890, method 10 (from Wilson's intervals).
 */
export function newcombe(first: Proportion, second: Proportion, level = 0.95): Interval & { difference: number } {
  const [w1, w2] = [first, second].map(({ share, n }) => wilson(Math.min(share, 1) * n, n, level)) as [
    Interval,
    Interval,
  ];
  const difference = second.share - first.share;
  return {
    difference,
    level,
    low: difference - Math.hypot(second.share - w2.low, w1.high - first.share),
    high: difference + Math.hypot(w2.high - second.share, first.share - w1.low),
  };
}

/** The bounds of a paired p value when only the two totals are known. */
export interface PairedBounds {
  /** If everything that one has right, the other has right too. */
  lowest: number;
  /** If they have as few right answers in common as possible. */
  highest: number;
  /** The largest share of items on which they may differ for p < 0.05; null if p is never below 0.05. */
  significantUpTo: number | null;
}

/** Bounds on McNemar's exact p over all ways in which `first` and `second` right answers to `n` items may overlap. */
export function boundPaired(first: number, second: number, n: number): PairedBounds {
  const [few, many] = [Math.min(first, second), Math.max(first, second)];
  const p = (common: number) => mcnemarExact(few - common, many - common);
  const least = Math.max(0, few + many - n);
  let significantUpTo: number | null = null;
  for (let common = few; common >= least && p(common) < 0.05; common--) significantUpTo = (few + many - 2 * common) / n;
  return { lowest: p(few), highest: p(least), significantUpTo };
}
