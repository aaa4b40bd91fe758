import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";

/** A confidence interval of a proportion. */
export interface Interval {
  /** The level, such as 0.95. */
  level: number;
  low: number;
  high: number;
}

/**
 * Wilson's score interval for `successes` out of `n`.
 * Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
 */
export function wilson(successes: number, n: number, level = 0.95): Interval {
  if (!(n > 0 && successes >= 0 && successes <= n && level > 0 && level < 1))
    throw new RangeError(
      `wilson: expected 0 ≤ successes ≤ n, n > 0, 0 < level < 1, got ${successes} of ${n}, ${level}`,
    );
  const z = normalQuantile((1 + level) / 2, 0, 1);
  const p = successes / n;
  const middle = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { level, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
