import { clusteredMean, type Estimate, sumsByCluster } from "./clustered";
import { mcnemarExact } from "./mcnemar";
import { signFlipExact } from "./sign-flip";

/** A comparison of two sets of answers to the same items. */
export interface PairedComparison {
  /** Items that only the first, or only the second, has right. */
  lost: number;
  gained: number;
  p: number;
  /** The test that `p` comes from; the second if a cluster holds several items. */
  test: "mcnemar-exact" | "clustered sign-flip";
  /** Accuracy of the second minus that of the first, a share, with its cluster-robust interval. */
  difference: Estimate;
}

/**
 * Compares right (true) and wrong answers before and after, item by item.
 *
 * @param clusters the cluster of each item, such as a question that is asked repeatedly; by default each item is its own
 * @throws RangeError with fewer than two clusters, see `clusteredMean`
 */
export function comparePaired(
  before: readonly boolean[],
  after: readonly boolean[],
  clusters?: readonly unknown[],
): PairedComparison {
  if (before.length !== after.length)
    throw new RangeError(`comparePaired: ${before.length} items before, ${after.length} after`);
  const lost = before.filter((right, i) => right && !after[i]).length;
  const gained = before.filter((right, i) => !right && after[i]).length;
  const steps = before.map((right, i) => Number(after[i]) - Number(right));
  const difference = clusteredMean(steps, clusters);
  if (clusters === undefined || difference.clusters === steps.length)
    return { lost, gained, p: mcnemarExact(lost, gained), test: "mcnemar-exact", difference };
  const p = signFlipExact(sumsByCluster(steps, clusters).map(({ sum }) => sum));
  return { lost, gained, p, test: "clustered sign-flip", difference };
}
