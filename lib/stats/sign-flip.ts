/**
 * A two-sided exact sign-flip test: the probability that the sum of the values is at least this far from 0, if the sign
 * of each value were random. With values of −1, 0 and 1 it is McNemar's exact test; with the sums of clusters, in which
 * answers to repeated questions may agree, it is that test for clusters.
 * Source: R. A. Fisher (1935), The Design of Experiments, chapter 3; all 2ⁿ sums are counted by convolution, after
 * M. Pagano and D. Tritchler (1983), J. Am. Stat. Assoc. 78, 435–440.
 *
 * @param values whole numbers
 */
export function signFlipExact(values: readonly number[]): number {
  if (!values.every(Number.isSafeInteger)) throw new RangeError("signFlipExact: expected whole numbers");
  const sizes = values.map(Math.abs).filter((size) => size > 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // Flipping signs moves the sum in steps of two: a sum of `total` − 2k has k on the negative side.
  let chances = Float64Array.of(1);
  for (const size of sizes) {
    const next = new Float64Array(chances.length + size);
    for (const [negative, chance] of chances.entries()) {
      next[negative]! += chance / 2;
      next[negative + size]! += chance / 2;
    }
    chances = next;
  }
  const observed = Math.abs(values.reduce((sum, value) => sum + value, 0));
  const p = chances.reduce((sum, chance, k) => (Math.abs(total - 2 * k) >= observed ? sum + chance : sum), 0);
  return Math.min(1, p);
}
