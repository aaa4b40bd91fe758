import { describe, expect, it } from "vitest";
import {
  boundPaired,
  clusteredBootstrap,
  clusteredMean,
  comparePaired,
  compareUnpaired,
  detectableDifference,
  mcnemarExact,
  wilson,
} from "../../lib/stats/index";

describe("Wilson's interval", () => {
  it("stays within 0 and 1, whatever rounding does", () => {
    for (let n = 1; n <= 200; n++) {
      expect(wilson(0, n).low).toBeGreaterThanOrEqual(0);
      expect(wilson(n, n).high).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [0, 0, 0.95],
    [1, 2, 0],
    [1, 2, 1],
  ])("refuses %d of %d at the level %d", (k, n, level) =>
    expect(() => wilson(k, n, level)).toThrow(`0 < level < 1, got ${k} of ${n}, ${level}`),
  );
});

describe("two totals, compared as if of different items", () => {
  // Newcombe (1998), table II, method 10.
  it.each([
    [3, 9, 10, 0.1705, 0.809],
    [2, 6, 7, 0.0582, 0.8062],
    [0, 0, 10, -0.2775, 0.2775],
    [0, 10, 10, 0.6075, 1],
  ])("have for %d and %d of %d the interval that Newcombe gives", (first, second, n, low, high) => {
    const [found, reversed] = [compareUnpaired(first, second, n), compareUnpaired(second, first, n)];
    expect(found).toMatchObject({ level: 0.95, difference: expect.closeTo((second - first) / n, 12) });
    expect([found.low, found.high]).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)]);
    expect([reversed.low, reversed.high]).toEqual([expect.closeTo(-high, 4), expect.closeTo(-low, 4)]);
  });

  it("have the p of the pooled z test", () => {
    // Pooled 12 of 20: z = 0.6 / √(2 · 0.24 / 10) = 2.7386.
    for (const [first, second] of [
      [3, 9],
      [9, 3],
    ] as const)
      expect(compareUnpaired(first, second, 10).p).toBeCloseTo(0.00617, 6);
    expect([compareUnpaired(4, 4, 10).p, compareUnpaired(10, 10, 10).p]).toEqual([1, 1]);
  });

  it("have a narrower interval at a lower level", () => {
    const [wide, narrow] = [compareUnpaired(3, 9, 10), compareUnpaired(3, 9, 10, 0.9)];
    expect(narrow.level).toBe(0.9);
    expect(narrow.low).toBeGreaterThan(wide.low);
    expect(narrow.high).toBeLessThan(wide.high);
  });
});

describe("the bounds on a paired p", () => {
  it.each([
    // The fewest and the most items on which the two may differ, each as "only the first, only the second".
    [1, 9, 10, [0, 8], [1, 9], 1],
    [8, 9, 10, [0, 1], [1, 2], null],
    [0, 6, 10, [0, 6], [0, 6], 0.6],
    [9, 10, 10, [0, 1], [0, 1], null],
    [12, 20, 30, [0, 8], [10, 18], 12 / 30], // 2 : 10 has p = 0.039, and 3 : 11, with one less in common, 0.057
  ] as const)("of %d and %d of %d are those of the overlaps that are possible", (a, b, n, least, most, upTo) => {
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const)
      expect(boundPaired(first, second, n)).toEqual({
        lowest: mcnemarExact(least[0], least[1]),
        highest: mcnemarExact(most[0], most[1]),
        significantUpTo: upTo,
      });
  });
});

describe("the detectable difference", () => {
  const [z95, z99, power80, power90] = [1.959963984540054, 2.575829303548901, 0.8416212335729143, 1.2815515655446004];
  it.each([
    [100, 1, undefined, z95, power80],
    [100, 0.2, undefined, z95, power80],
    [1240, 0.16, { alpha: 0.01, power: 0.9 }, z99, power90],
  ])("of %d items with discordance %d needs, by Connor's formula, just these items", (n, psi, options, a, b) => {
    const d = detectableDifference(n, psi, options);
    expect((a * Math.sqrt(psi) + b * Math.sqrt(psi - d ** 2)) ** 2 / d ** 2).toBeCloseTo(n, 5);
  });

  it.each([
    [0, 0.2],
    [-5, 0.2],
    [100, 0],
    [100, 1.01],
    [100, Number.NaN],
  ])("is refused for n = %d and discordance %d", (n, psi) =>
    expect(() => detectableDifference(n, psi)).toThrow(`0 < discordance ≤ 1, got ${n} and ${psi}`),
  );
});

describe("clusters", () => {
  const [values, clusters] = [
    [1, 1, 1, 0, 0, 1],
    ["a", "a", "a", "b", "b", "c"],
  ];

  it("narrow the interval at a lower level", () => {
    const [mean, bootstrap] = [clusteredMean(values, clusters, 0.5), clusteredBootstrap(values, clusters, 1)];
    expect(mean.level).toBe(0.5);
    expect(mean.high - mean.mean).toBeCloseTo(
      (0.6744897501960817 / 1.959963984540054) * (clusteredMean(values, clusters).high - mean.mean),
      12,
    );
    expect(bootstrap).toMatchObject({ mean: 4 / 6, level: 0.95, clusters: 3 });
    const half = clusteredBootstrap(values, clusters, 1, { level: 0.5 });
    expect(half.level).toBe(0.5);
    expect(half.high - half.low).toBeLessThan(bootstrap.high - bootstrap.low);
  });

  it("of different sizes are drawn with their sizes", () => {
    // Three draws of 3 of 3, 0 of 2 and 1 of 1: these are all means that can come out.
    const sets = [3, 0, 1].map((sum, i) => [sum, [3, 2, 1][i]!] as const);
    const means = new Set(
      sets.flatMap((a) => sets.flatMap((b) => sets.map((c) => (a[0] + b[0] + c[0]) / (a[1] + b[1] + c[1])))),
    );
    for (let seed = 0; seed < 50; seed++) {
      const { low, high } = clusteredBootstrap(values, clusters, seed, { draws: 1 });
      expect(low).toBe(high);
      expect(means).toContain(low);
    }
    expect(clusteredBootstrap(values, clusters, 1, { level: 1 })).toMatchObject({ low: 0, high: 1 });
  });

  it("are refused where there is one, or not one for each value", () => {
    for (const of of [clusteredMean, (...both: [number[], string[]]) => clusteredBootstrap(...both, 1)]) {
      expect(() => of([1, 0], ["a", "a"])).toThrow(/expected at least two clusters, got 1/);
      expect(() => of([1, 0], ["a"])).toThrow(/expected a cluster for each value, got 1 for 2/);
    }
    expect(() => comparePaired([true], [true])).toThrow(/two clusters, got 1/);
  });
});
