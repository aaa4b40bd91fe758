import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { clusteredMean } from "./clustered";
import type { Interval } from "./wilson";

/** A difference that was measured once per random seed, and how sure it is. */
export interface SeedsComparison {
  /** The mean over seeds of the accuracy after minus that before, a share. */
  mean: number;
  /** The lowest and the highest of the seeds. */
  range: { low: number; high: number };
  /** How much other items could change the mean, with these trainings. */
  items: Interval;
  /** How much other seeds could change it, with these items; absent for one seed. */
  seeds?: Interval;
  /** Both at once; absent for one seed. */
  both?: Interval;
}

/**
 * Compares answers before with answers after trainings with several random seeds, on the same items.
 *
 * Over items: the cluster-robust interval of each item's mean over seeds. Over seeds: Student's interval of the seeds'
 * means. Over both: the two variances added, which counts the chance within a cell twice and so is a little too wide,
 * with the degrees of freedom of Satterthwaite (1946), Biometrics Bulletin 2, 110–114.
 *
 * @param after right answers, by seed
 * @throws RangeError with fewer than two clusters, no seed, or lists of different lengths
 */
export function compareOverSeeds(
  before: readonly boolean[],
  after: readonly (readonly boolean[])[],
  clusters?: readonly unknown[],
  level = 0.95,
): SeedsComparison {
  if (after.length === 0) throw new RangeError("compareOverSeeds: no seed");
  for (const one of after)
    if (one.length !== before.length)
      throw new RangeError(`compareOverSeeds: ${before.length} items before, ${one.length} after`);
  const n = before.length;
  const means = after.map((one) => one.reduce((sum, right, i) => sum + Number(right) - Number(before[i]), 0) / n);
  const perItem = before.map((right, i) => meanOf(after.map((one) => Number(one[i]))) - Number(right));
  const { mean, low, high, clusters: groups } = clusteredMean(perItem, clusters, level);
  const found: SeedsComparison = {
    mean,
    range: { low: Math.min(...means), high: Math.max(...means) },
    items: { level, low, high },
  };
  if (means.length === 1) return found;
  const ofItems = ((high - low) / 2 / normalHalf(level)) ** 2;
  const ofSeeds = varianceOf(means) / means.length;
  const freedom = { items: groups - 1, seeds: means.length - 1 };
  const total = ofItems + ofSeeds;
  const joint =
    total === 0 ? freedom.seeds : total ** 2 / (ofItems ** 2 / freedom.items + ofSeeds ** 2 / freedom.seeds);
  const around = (variance: number, degrees: number): Interval => {
    const half = tQuantile((1 + level) / 2, degrees) * Math.sqrt(variance);
    return { level, low: mean - half, high: mean + half };
  };
  return { ...found, seeds: around(ofSeeds, freedom.seeds), both: around(total, joint) };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Half the width of a normal interval, in standard errors: a t interval with very many degrees of freedom. */
const normalHalf = (level: number) => tQuantile((1 + level) / 2, 1e9);
