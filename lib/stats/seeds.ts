import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { clusteredMean } from "./clustered";
import { meanOf, varianceOf } from "./mean";
import { tTest } from "./t-test";
import type { Interval } from "./wilson";

/** A difference that was measured once per random seed, and how sure it is. */
export interface SeedsComparison {
  /** The mean over seeds of the accuracy after minus that before, a share. */
  mean: number;
  /** The same for each seed. */
  bySeed: number[];
  /** The lowest and the highest of the seeds. */
  range: { low: number; high: number };
  /** How much other items could change the mean, with these trainings. */
  items: Interval;
  /** How much other seeds could change it, with these items; absent for one seed. */
  seeds?: Interval;
  /** Both at once; absent for one seed. */
  both?: Interval;
  /** Two-sided p that belongs to `both`. */
  p?: number;
}

/**
 * Compares answers before with answers after, each of one or of several trainings from other random seeds, on the same
 * items. Where both sides have several, they are compared seed by seed.
 *
 * Over items: the cluster-robust interval of each item's mean over seeds. Over seeds: Student's interval of the seeds'
 * means. Over both: the two variances added, which counts the chance within a cell twice and so is a little too wide,
 * with the degrees of freedom of Satterthwaite (1946), Biometrics Bulletin 2, 110–114.
 *
 * @param before right answers: one list, or one per seed
 * @param after right answers, by seed
 * @throws RangeError with fewer than two clusters, no seed, or lists of different lengths
 */
export function compareOverSeeds(
  before: readonly (readonly boolean[])[],
  after: readonly (readonly boolean[])[],
  clusters?: readonly unknown[],
  level = 0.95,
): SeedsComparison {
  const differences = differencesBySeed(before, after);
  const bySeed = differences.map(meanOf);
  const perItem = differences[0]!.map((_, i) => meanOf(differences.map((one) => one[i]!)));
  return {
    bySeed,
    range: { low: Math.min(...bySeed), high: Math.max(...bySeed) },
    ...overItemsAndSeeds(perItem, bySeed, clusters, level),
  };
}

function differencesBySeed(
  before: readonly (readonly boolean[])[],
  after: readonly (readonly boolean[])[],
): number[][] {
  if (before.length === 0 || after.length === 0) throw new RangeError("compareOverSeeds: no seed");
  if (before.length !== 1 && before.length !== after.length)
    throw new RangeError(`compareOverSeeds: ${before.length} seeds before, ${after.length} after`);
  return after.map((one, seed) => {
    const was = before[before.length === 1 ? 0 : seed]!;
    if (was.length !== one.length)
      throw new RangeError(`compareOverSeeds: ${was.length} items before, ${one.length} after`);
    return one.map((right, i) => Number(right) - Number(was[i]));
  });
}

/**
 * The mean of a quantity that was measured on the same items once per seed, and how sure it is; see `compareOverSeeds`.
 *
 * @param perItem each item's mean over seeds
 * @param bySeed each seed's mean over items
 */
export function overItemsAndSeeds(
  perItem: readonly number[],
  bySeed: readonly number[],
  clusters?: readonly unknown[],
  level = 0.95,
): Pick<SeedsComparison, "mean" | "items" | "seeds" | "both" | "p"> {
  const { mean, low, high, clusters: groups } = clusteredMean(perItem, clusters, level);
  const items = { level, low, high };
  if (bySeed.length === 1) return { mean, items };
  const ofItems = ((high - low) / 2 / normalQuantile((1 + level) / 2, 0, 1)) ** 2;
  const ofSeeds = varianceOf(bySeed) / bySeed.length;
  const freedom = { items: groups - 1, seeds: bySeed.length - 1 };
  const total = ofItems + ofSeeds;
  const joint =
    total === 0 ? freedom.seeds : total ** 2 / (ofItems ** 2 / freedom.items + ofSeeds ** 2 / freedom.seeds);
  const around = (variance: number, degrees: number): Interval => {
    const half = tQuantile((1 + level) / 2, degrees) * Math.sqrt(variance);
    return { level, low: mean - half, high: mean + half };
  };
  const p = total === 0 ? Number(mean === 0) : tTest(mean / Math.sqrt(total), joint);
  return { mean, items, seeds: around(ofSeeds, freedom.seeds), both: around(total, joint), p };
}
