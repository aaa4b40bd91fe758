import { describe, expect, it } from "vitest";
import { comparePaired, mcnemarExact, wilson } from "../../lib/stats/index";

/**
 * Reference values of statsmodels 0.15.0 and scipy 1.17.1, by
 *   from statsmodels.stats.proportion import proportion_confint
 *   proportion_confint(k, n, alpha=1 - level, method="wilson")
 *   from statsmodels.stats.contingency_tables import mcnemar
 *   mcnemar([[0, b], [c, 0]], exact=True).pvalue
 */
const intervals = [
  [0, 10, 0.95, 0.0, 0.2775327998628892],
  [10, 10, 0.95, 0.7224672001371107, 0.9999999999999999],
  [938, 1240, 0.95, 0.7317931295307137, 0.7795260546706247],
  [981, 1240, 0.95, 0.7676214021037473, 0.8128384265021746],
  [1010, 1240, 0.95, 0.7919222205543068, 0.8351673449756367],
  [1, 3, 0.95, 0.06149194472039621, 0.7923403991979522],
  [620, 1240, 0.99, 0.4635231401942237, 0.5364768598057763],
  [7, 1240, 0.9, 0.0030636681021369806, 0.010379213473543786],
] as const;
const tests = [
  [1, 0, 1.0],
  [5, 5, 1.0],
  [164, 37, 2.803069371496022e-20],
  [37, 164, 2.803069371496022e-20],
  [10, 20, 0.09873714670538905],
  [400, 500, 0.0009564441369189373],
  [0, 30, 1.862645149230957e-9],
  [48, 77, 0.01195901352323824],
] as const;

describe("Wilson's interval", () => {
  it.each(intervals)("of %d in %d at %d is statsmodels'", (k, n, level, low, high) => {
    const interval = wilson(k, n, level);
    expect(interval.level).toBe(level);
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  });

  it.each([
    [1, 0],
    [3, 2],
    [-1, 2],
    [Number.NaN, 2],
  ])("refuses %d of %d", (k, n) => expect(() => wilson(k, n)).toThrow(/expected 0 ≤ successes/));
});

describe("McNemar's exact test", () => {
  it.each(tests)("of %d against %d is statsmodels'", (b, c, p) => {
    expect(Math.abs(mcnemarExact(b, c) / p - 1)).toBeLessThan(1e-9);
  });

  it("has nothing against two that never differ", () => expect(mcnemarExact(0, 0)).toBe(1));
});

describe("a paired comparison", () => {
  it("counts what is lost and gained", () => {
    const before = [true, true, false, false, false];
    const after = [true, false, true, true, false];
    expect(comparePaired(before, after)).toEqual({ lost: 1, gained: 2, p: 1 });
  });

  it("refuses answers to different numbers of items", () => {
    expect(() => comparePaired([true], [true, false])).toThrow(/1 items before, 2 after/);
  });
});
