import { clusteredMean, type Estimate } from "./clustered";
import { mcnemarExact } from "./mcnemar";

/** Two sets of answers to the same items, compared. */
export interface Paired {
  /** Items that only the first, or only the second, has right. */
  lost: number;
  gained: number;
  /** Exact McNemar. */
  p: number;
  /** Accuracy of the second minus that of the first, a share, with its cluster-robust interval. */
  difference: Estimate;
}

/**
 * Compares right (true) and wrong answers before and after, item by item.
 *
 * @param clusters the cluster of each item; repeats of one question are one cluster
 */
export function comparePaired(
  before: readonly boolean[],
  after: readonly boolean[],
  clusters?: readonly unknown[],
): Paired {
  if (before.length !== after.length)
    throw new RangeError(`comparePaired: ${before.length} items before, ${after.length} after`);
  const lost = before.filter((right, i) => right && !after[i]).length;
  const gained = before.filter((right, i) => !right && after[i]).length;
  const steps = before.map((right, i) => Number(after[i]) - Number(right));
  return { lost, gained, p: mcnemarExact(lost, gained), difference: clusteredMean(steps, clusters) };
}
