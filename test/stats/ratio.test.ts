import { describe, expect, it } from "vitest";
import { ratioOverSeeds, tTest } from "../../lib/stats/index";

describe("ratioOverSeeds", () => {
  const below = [1, 1, 0, 1, 0, 1, 1, -1];

  it("is the ratio of the means, with the delta method's interval", () => {
    const above = [1, 0, 0, 1, 0, 1, 0, 0];
    const { mean, items, both } = ratioOverSeeds([above], below);
    expect([mean, both]).toEqual([0.75, undefined]);
    // By hand: residuals (a − 0.75 b) / 0.5 are .5, −1.5, 0, .5, 0, .5, −1.5, 1.5; their squares sum to 7.5.
    const half = 1.959963985 * Math.sqrt(7.5 / 7 / 8);
    expect(items.low).toBeCloseTo(0.75 - half, 6);
    expect(items.high).toBeCloseTo(0.75 + half, 6);
  });

  it("has an interval over seeds, too, and refuses a denominator of 0", () => {
    const { mean, bySeed, both, items } = ratioOverSeeds(
      [
        [1, 0, 0, 1, 0, 1, 0, 0],
        [1, 0, 0, 0, 0, 0, 0, 0],
      ],
      below,
    );
    expect([mean, bySeed]).toEqual([0.5, [0.75, 0.25]]);
    expect(both!.high).toBeGreaterThan(items.high);
    expect(() => ratioOverSeeds([[1, 1]], [1, -1])).toThrow("the denominator is 0");
  });
});

describe("tTest", () => {
  it.each([
    [2.776445105, 4, 0.05],
    [-4.604094871, 4, 0.01],
    [12.70620474, 1, 0.05],
    [0, 7, 1],
  ])("of t %d with %d degrees of freedom is %d", (t, degrees, p) => expect(tTest(t, degrees)).toBeCloseTo(p, 8));

  it("refuses what is no t", () => expect(() => tTest(Number.NaN, 3)).toThrow(RangeError));
});
