import { mcnemarExact } from "./mcnemar";

/** Two sets of answers to the same items, compared. */
export interface Paired {
  /** Items that only the first, or only the second, has right. */
  lost: number;
  gained: number;
  /** Exact McNemar. */
  p: number;
}

/** Compares right (true) and wrong answers before and after, item by item. */
export function comparePaired(before: readonly boolean[], after: readonly boolean[]): Paired {
  if (before.length !== after.length)
    throw new RangeError(`comparePaired: ${before.length} items before, ${after.length} after`);
  const lost = before.filter((right, i) => right && !after[i]).length;
  const gained = before.filter((right, i) => !right && after[i]).length;
  return { lost, gained, p: mcnemarExact(lost, gained) };
}
