import tQuantile from "@stdlib/stats-base-dists-t-quantile";

/** Below this, a p value is 0 for any purpose. */
const LEAST_LOG_P = Math.log(1e-300);

/**
 * The two-sided p value of Student's t: the level at which its quantile is as far from 0 as `t`, found by bisection of
 * its logarithm.
 */
export function tTest(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0))
    throw new RangeError(`tTest: expected a t and degrees > 0, got ${t}, ${degrees}`);
  const distance = Math.abs(t);
  if (distance === 0) return 1; // the quantile is less exact there
  let [low, high] = [LEAST_LOG_P, 0];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (-tQuantile(Math.exp(middle) / 2, degrees) > distance) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}
