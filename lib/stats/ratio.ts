import { meanOf } from "./mean";
import { overItemsAndSeeds, type SeedsComparison } from "./seeds";

/**
 * The ratio of two mean differences on the same items, such as the share of a gap that a training closes, with
 * intervals by the delta method: those of the mean of (aᵢ − r bᵢ) / b̄, where r is the ratio of the means.
 * It needs a denominator that is clearly not 0. Source: Cochran (1977), Sampling Techniques, chapter 6.
 *
 * @param above the numerator's differences by item, one list per seed
 * @param below the denominator's differences by item
 * @throws RangeError if the denominator's mean is 0
 */
export function ratioOverSeeds(
  above: readonly (readonly number[])[],
  below: readonly number[],
  clusters?: readonly unknown[],
  level = 0.95,
): Pick<SeedsComparison, "mean" | "items" | "seeds" | "both" | "bySeed"> {
  const middle = meanOf(below);
  if (middle === 0) throw new RangeError("ratioOverSeeds: the denominator is 0");
  const bySeed = above.map((one) => meanOf(one) / middle);
  const ratio = meanOf(bySeed);
  const perItem = below.map((b, i) => ratio + (meanOf(above.map((one) => one[i]!)) - ratio * b) / middle);
  const { p: _, ...found } = overItemsAndSeeds(perItem, bySeed, clusters, level);
  return { ...found, bySeed };
}
