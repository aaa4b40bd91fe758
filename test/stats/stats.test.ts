import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { describe, expect, it } from "vitest";
import {
  boundPaired,
  clusteredBootstrap,
  clusteredMean,
  comparePaired,
  detectableDifference,
  holm,
  mcnemarExact,
  signFlipExact,
  wilson,
} from "../../lib/stats/index";

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

describe("the sign-flip test", () => {
  it.each(tests)("of %d losses and %d gains is McNemar's", (b, c, p) => {
    const values = [...Array<number>(b).fill(-1), ...Array<number>(c).fill(1), 0, 0];
    expect(Math.abs(signFlipExact(values) / p - 1)).toBeLessThan(1e-9);
  });

  it.each([
    [[], 1],
    [[0, 0], 1],
    [[3], 1],
    [[3, 3], 0.5],
    [[3, -3], 1],
    [[2, 1], 0.5],
    [[2, -1], 1],
    [[3, 2, 1], 0.25],
    [[-3, -2, -1, -1], 0.125],
  ])("of %j is %d, as counted by hand", (values, p) => expect(signFlipExact(values)).toBe(p));

  it("refuses fractions", () => expect(() => signFlipExact([0.5])).toThrow(/whole numbers/));

  it("takes 1,240 items in clusters of four, where it comes close to the normal distribution", () => {
    const sums = Array.from({ length: 310 }, (_, i) => (i % 9) - 4);
    const deviation = Math.sqrt(sums.reduce((all, value) => all + value ** 2, 0));
    const observed = Math.abs(sums.reduce((all, value) => all + value, 0));
    const approximate = 2 * (1 - normalCdf((observed - 1) / deviation, 0, 1)); // sums go in steps of two
    expect(Math.abs(signFlipExact(sums) - approximate)).toBeLessThan(1e-3);
  });
});

describe("a paired comparison", () => {
  it("counts what is lost and gained", () => {
    const before = [true, true, false, false, false];
    const after = [true, false, true, true, false];
    expect(comparePaired(before, after)).toMatchObject({ lost: 1, gained: 2, p: 1 });
    expect(comparePaired(before, after).difference.mean).toBeCloseTo(1 / 5, 12);
  });

  it("tests clusters of several items by their sums, and single items by McNemar's test", () => {
    const before = [false, false, false, false, true];
    const after = [true, true, true, true, false];
    // Sums +2, +2, −1 are 3 or more apart from 0 for 4 of the 8 choices of signs.
    const repeats = comparePaired(before, after, ["a", "a", "b", "b", "c"]);
    expect(repeats).toMatchObject({ lost: 1, gained: 4, p: 0.5, test: "clustered sign-flip" });
    const single = { lost: 1, gained: 4, p: 0.375, test: "mcnemar-exact" };
    expect(comparePaired(before, after)).toMatchObject(single);
    expect(comparePaired(before, after, [1, 2, 3, 4, 5])).toMatchObject(single);
  });

  it("refuses answers to different numbers of items", () => {
    expect(() => comparePaired([true], [true, false])).toThrow(/1 items before, 2 after/);
  });
});

describe("clusters", () => {
  const values = Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? 1 : 0));

  it("widen the interval where an item is repeated", () => {
    const twice = values.map((_, i) => Math.floor(i / 2));
    const doubled = values.map((_, i) => values[Math.floor(i / 2)]!);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(clusteredMean(doubled, twice)) / width(clusteredMean(doubled))).toBeCloseTo(Math.SQRT2, 1);
  });

  it("are drawn whole by the bootstrap, which agrees with the sandwich and with itself", () => {
    const clusters = values.map((_, i) => i % 100);
    const [once, again] = [clusteredBootstrap(values, clusters, 1), clusteredBootstrap(values, clusters, 1)];
    const sandwich = clusteredMean(values, clusters);
    expect(again).toEqual(once);
    expect(once.low).toBeCloseTo(sandwich.low, 1);
    expect(once.high).toBeCloseTo(sandwich.high, 1);
  });

  it("give the interval that is worked out by hand", () => {
    // Sums 1 and 2 of two values each, mean 3/4: residuals −1/2 and 1/2; √(2/1 · 1/2) / 4 = 1/4.
    const two = clusteredMean([1, 0, 1, 1], ["a", "a", "b", "b"]);
    expect(two).toMatchObject({ mean: 0.75, clusters: 2 });
    expect(two.low).toBeCloseTo(0.75 - 1.959963984540054 / 4, 12);
    expect(two.high).toBeCloseTo(0.75 + 1.959963984540054 / 4, 12);
    // Three rows, mean 1/3: residuals 2/3, −1/3, −1/3; √(3/2 · 2/3) / 3 = 1/3.
    expect(clusteredMean([1, 0, 0]).high).toBeCloseTo((1 + 1.959963984540054) / 3, 12);
  });

  it("are drawn at random by the bootstrap", () => {
    // Of two clusters both, the first twice or the second twice are drawn: means 1/2, 1 and 0.
    expect(clusteredBootstrap([1, 0], [1, 2], 1)).toMatchObject({ mean: 0.5, low: 0, high: 1 });
    // Half of 100 rows: a standard error of 0.05.
    const half = Array.from({ length: 100 }, (_, i) => i % 2);
    const { low, high } = clusteredBootstrap(
      half,
      half.map((_, i) => i),
      1,
    );
    expect(Math.abs(low - 0.402)).toBeLessThan(0.015);
    expect(Math.abs(high - 0.598)).toBeLessThan(0.015);
  });

  it("must be two at least", () => expect(() => clusteredMean([1, 0], [1, 1])).toThrow(/two clusters/));
});

describe("what can be said with less", () => {
  it("Holm's correction keeps the order and never exceeds 1", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it("a smaller difference is found with more items", () => {
    const [few, many] = [detectableDifference(300, 0.16), detectableDifference(1240, 0.16)];
    expect(many).toBeLessThan(few);
    expect(many).toBeCloseTo(0.0318, 3);
    expect(detectableDifference(20, 0.05)).toBe(Number.POSITIVE_INFINITY);
  });

  it("the paired p of two totals lies between its bounds", () => {
    const { lowest, highest, significantUpTo } = boundPaired(938, 981, 1240);
    expect(lowest).toBeCloseTo(mcnemarExact(0, 43), 15);
    expect(highest).toBeCloseTo(mcnemarExact(259, 302), 12);
    const common = (differ: number) => [(differ - 43) / 2, (differ + 43) / 2] as const;
    const last = Math.round(significantUpTo! * 1240);
    expect(mcnemarExact(...common(last))).toBeLessThan(0.05);
    expect(mcnemarExact(...common(last + 2))).toBeGreaterThanOrEqual(0.05);
  });
});
