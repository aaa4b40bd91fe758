import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";

/**
 * The smallest difference of two accuracies on the same items that McNemar's test finds with the given power.
 * Source: R. J. Connor (1987), Biometrics 43, 207–211: n = (z₁₋α⁄₂ √ψ + z_power √(ψ − δ²))² / δ², solved for δ.
 *
 * @param n items
 * @param discordance ψ: share of the items on which exactly one of the two is right
 * @returns δ, a share; Infinity if even all discordant items on one side would not be enough
 */
export function detectableDifference(n: number, discordance: number, { alpha = 0.05, power = 0.8 } = {}): number {
  if (!(n > 0 && discordance > 0 && discordance <= 1))
    throw new RangeError(`detectableDifference: expected n > 0 and 0 < discordance ≤ 1, got ${n} and ${discordance}`);
  const [a, b] = [normalQuantile(1 - alpha / 2, 0, 1), normalQuantile(power, 0, 1)];
  const needed = (d: number) => (a * Math.sqrt(discordance) + b * Math.sqrt(discordance - d ** 2)) ** 2 / d ** 2;
  // Two different accuracies differ on at least their difference: d ≤ ψ.
  if (needed(discordance) > n) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, discordance];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (needed(middle) > n) low = middle;
    else high = middle;
  }
  return high;
}
