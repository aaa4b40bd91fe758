import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { createRandom } from "../random";
import type { Interval } from "./wilson";

/** A mean with its interval. */
export interface Estimate extends Interval {
  mean: number;
  clusters: number;
}

/**
 * The mean of values, some of which belong together (an item and its repeat), with a cluster-robust interval: the
 * sandwich estimate with the factor G / (G − 1) for G clusters, and normal quantiles.
 * Source: Liang and Zeger (1986), Biometrika 73, 13–22; equal to statsmodels' `OLS(y, 1).fit(cov_type="cluster")`.
 *
 * @param values one per row: 0 or 1 for a share; −1, 0 or 1 for a paired difference
 * @param clusters the cluster of each row; by default each row is one of its own
 * @throws RangeError with fewer than two clusters: they say nothing about the spread between clusters
 */
export function clusteredMean(
  values: readonly number[],
  clusters: readonly unknown[] = values.map((_, i) => i),
  level = 0.95,
): Estimate {
  const sums = atLeastTwo(sumsByCluster(values, clusters));
  const mean = values.reduce((all, value) => all + value, 0) / values.length;
  const spread = sums.reduce((all, { sum, size }) => all + (sum - size * mean) ** 2, 0);
  const error = Math.sqrt((sums.length / (sums.length - 1)) * spread) / values.length;
  const half = normalQuantile((1 + level) / 2, 0, 1) * error;
  return { mean, level, low: mean - half, high: mean + half, clusters: sums.length };
}

/**
 * A bootstrap interval of the mean that draws whole clusters with replacement (percentiles of the means drawn).
 * Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13; clusters: chapter 8.
 *
 * @throws RangeError with fewer than two clusters
 */
export function clusteredBootstrap(
  values: readonly number[],
  clusters: readonly unknown[],
  seed: number | string,
  { level = 0.95, draws = 2000 } = {},
): Estimate {
  const sums = atLeastTwo(sumsByCluster(values, clusters));
  const random = createRandom(seed);
  const means = Array.from({ length: draws }, () => {
    let [sum, size] = [0, 0];
    for (let i = 0; i < sums.length; i++) {
      const drawn = sums[random.int(sums.length)]!;
      sum += drawn.sum;
      size += drawn.size;
    }
    return sum / size;
  }).sort((a, b) => a - b);
  const at = (share: number) => means[Math.min(draws - 1, Math.floor(share * draws))]!;
  const mean = values.reduce((all, value) => all + value, 0) / values.length;
  return { mean, level, low: at((1 - level) / 2), high: at((1 + level) / 2), clusters: sums.length };
}

function atLeastTwo(sums: ClusterSum[]): ClusterSum[] {
  if (sums.length < 2) throw new RangeError(`expected at least two clusters, got ${sums.length}`);
  return sums;
}

/** The values of one cluster. */
interface ClusterSum {
  sum: number;
  size: number;
}

/** The sum and size of each cluster, in the order in which clusters first appear. */
export function sumsByCluster(values: readonly number[], clusters: readonly unknown[]): ClusterSum[] {
  if (values.length !== clusters.length)
    throw new RangeError(`expected a cluster for each value, got ${clusters.length} for ${values.length}`);
  const sums = new Map<unknown, ClusterSum>();
  values.forEach((value, i) => {
    const { sum, size } = sums.get(clusters[i]) ?? { sum: 0, size: 0 };
    sums.set(clusters[i], { sum: sum + value, size: size + 1 });
  });
  return [...sums.values()];
}
