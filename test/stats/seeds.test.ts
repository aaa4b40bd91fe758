import { describe, expect, it } from "vitest";
import { compareOverSeeds } from "../../lib/stats/index";

const rights = (text: string) => [...text].map((one) => one === "1");
const before = rights("1100110000");

describe("compareOverSeeds", () => {
  it("gives mean, range and three intervals", () => {
    const after = [rights("1111110000"), rights("1100111100"), rights("1111111100")];
    const { mean, range, items, seeds, both } = compareOverSeeds([before], after);
    expect(mean).toBeCloseTo((0.2 + 0.2 + 0.4) / 3);
    expect(range).toEqual({ low: expect.closeTo(0.2), high: expect.closeTo(0.4) });
    // By hand: standard deviation of the seeds 0.11547, standard error 0.06667, t with 2 degrees of freedom 4.30265.
    expect(seeds!.low).toBeCloseTo(mean - 4.30265 * 0.0666667, 5);
    expect(seeds!.high).toBeCloseTo(mean + 4.30265 * 0.0666667, 5);
    // Items: means of 2/3 four times and 0 six times; standard error 0.344265 / sqrt(10), normal quantile 1.959964.
    expect(items.low).toBeCloseTo(mean - 1.959964 * Math.sqrt((4 * (2 / 3 - mean) ** 2 + 6 * mean ** 2) / 9 / 10), 5);
    expect(both!.low).toBeLessThan(items.low);
    expect(both!.high - both!.low).toBeGreaterThan(items.high - items.low);
  });

  it("says nothing of seeds after one", () => {
    const { mean, seeds, both } = compareOverSeeds([before], [rights("1111110000")]);
    expect([mean, seeds, both]).toEqual([expect.closeTo(0.2), undefined, undefined]);
  });

  it("treats repeated questions as one", () => {
    const after = [rights("1111110000"), rights("1111111100")];
    const alone = compareOverSeeds([before], after);
    const clustered = compareOverSeeds([before], after, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(clustered.mean).toBeCloseTo(alone.mean);
    expect(clustered.items.high).toBeGreaterThan(alone.items.high);
  });

  it("does not divide by nothing where no answer changes", () => {
    const { mean, both } = compareOverSeeds([before], [before, before]);
    expect([mean, both]).toEqual([0, { level: 0.95, low: 0, high: 0 }]);
  });

  it.each([
    ["no seed", []],
    ["other items", [rights("11")]],
  ])("refuses %s", (_, after) => expect(() => compareOverSeeds([before], after)).toThrow(RangeError));
});
