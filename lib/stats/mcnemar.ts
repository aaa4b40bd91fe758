import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";

/**
 * McNemar's exact two-sided p value. Of the items that only one of two sets of answers has right, it is the probability
 * of a split at least this uneven, if each side were equally likely.
 *
 * @param onlyFirst items that only the first has right
 * @param onlySecond items that only the second has right
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  if (n === 0) return 1;
  return Math.min(1, 2 * binomialCdf(Math.min(onlyFirst, onlySecond), n, 0.5));
}
