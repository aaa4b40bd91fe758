import { expect, it } from "vitest";
import { breakDown } from "../../lib/answers/index";
import type { Item } from "../../lib/benchmark/index";
import { breakdownTable, comparePredictions, comparisonTable, scoresTable, unparsedText } from "../../lib/show/index";

const letters = ["A", "B", "C"];
/** Eight items whose right answers are A, B, A, B, … */
const items = Array.from(
  { length: 8 },
  (_, i): Item =>
    ({
      index: i + 1,
      situation: `Situation ${i}`,
      options: letters.map((letter) => ({ letter, text: `Action ${letter} of ${i}.` })),
      gold: letters[i % 2]!,
      category: i < 4 ? "first" : "second",
    }) as Item,
);
const replies = (...chosen: string[]) => new Map(chosen.map((reply, i) => [i + 1, reply]));
//                        gold: A    B    A    B    A    B    A    B
const before = replies("A", "A", "A", "A", "A", "A", "B", "no");
const after = replies("A", "B", "A", "B", "B", "B", "B", "A");

it("compares two files of replies: what was gained, what was lost", () => {
  const comparison = comparePredictions(items, [before, after], "strict");
  expect(comparison).toMatchObject({
    items: 8,
    before: { correct: 3, accuracy: 3 / 8 },
    after: { correct: 5, accuracy: 5 / 8 },
    difference: 2 / 8,
    gained: 3,
    lost: 1,
    p: 0.625, // 2 × (1 + 4) / 2⁴
    flips: {
      gained: [
        { index: 2, gold: "B", before: "A", after: "B" },
        { index: 4, gold: "B", before: "A", after: "B" },
        { index: 6, gold: "B", before: "A", after: "B" },
      ],
      lost: [{ index: 5, gold: "A", before: "A", after: "B" }],
    },
  });
  const { interval, bootstrap } = comparison;
  // By hand: the steps are +1, +1, +1, −1 and four zeros; standard error √(8/7 × 3.5) / 8 = 0.25.
  expect(interval.low).toBeCloseTo(0.25 - 1.959964 * 0.25, 5);
  expect(interval.high).toBeCloseTo(0.25 + 1.959964 * 0.25, 5);
  expect(bootstrap.low).toBeLessThan(0.25);
  expect(bootstrap.high).toBeGreaterThan(0.25);
});

it("shows a comparison in points, with the items that flipped", () => {
  const rows = comparisonTable(comparePredictions(items, [before, after], "strict")).rows;
  expect(Object.fromEntries(rows.map(({ measure, value }) => [measure, value]))).toMatchObject({
    "accuracy before, %": "37.50",
    "accuracy after, %": "62.50",
    "difference, points": "+25.0",
    "95 % interval, cluster-robust": "−24.0 to +74.0",
    "p, McNemar's exact test": "0.63",
    "right only after: items": "3: 2, 4, 6",
    "right only before: items": "1: 5",
  });
});

it("names the test that p comes from, which is clustered if questions repeat", () => {
  const repeated = items.map((item, i) => (i === 1 ? { ...items[0]!, index: item.index } : item));
  const measures = comparisonTable(comparePredictions(repeated, [before, after], "strict")).rows.map((r) => r.measure);
  expect(measures).toContain("p, sign-flip test over clusters");
  expect(measures).not.toContain("p, McNemar's exact test");
});

it("says that nothing can be detected where nothing differs", () => {
  const comparison = comparePredictions(items, [before, before], "strict");
  expect(comparison).toMatchObject({ gained: 0, lost: 0, p: 1, detectable: null });
  expect(comparisonTable(comparison).rows).toContainEqual({ measure: "detectable difference, points", value: "–" });
});

it("shows scores with their intervals, and how many items have no prediction", () => {
  const some = replies("A", "B", "no");
  const [scores] = [breakDown(items, some, "strict")];
  expect(scoresTable([scores!]).rows).toMatchObject([
    { scorer: "strict", accuracy: "66.67", interval: "20.77–93.85", correct: 2, unparsed: 1, items: 3 },
  ]);
  expect(scoresTable([scores!]).note).toMatch(/no prediction for 5 items; the accuracy is that on the other 3\./);
  expect(unparsedText(scores!)).toBe("Unparsed by 'strict', for example:\n  item 3: \"no\"\n");
  expect(unparsedText({ ...scores!, unparsedExamples: [] })).toBe("");
});

it("shows an interval that cannot be given as a dash", () => {
  const scores = breakDown(items, before, "strict");
  const none = { ...scores, interval: null, clusteredInterval: null } as never;
  expect(scoresTable([none]).rows[0]).toMatchObject({ interval: "–", clustered: "–" });
  expect(breakdownTable(none).note).toContain("(Wilson): –.");
});

it("breaks scores down by category, letter or place", () => {
  const scores = breakDown(items, after, "strict");
  const parts = (by: Parameters<typeof breakdownTable>[1]) =>
    breakdownTable(scores, by).rows.map(({ part, correct, items: n }) => [part, correct, n]);
  expect(parts("byCategory")).toEqual([
    ["all", 5, 8],
    ["first", 4, 4],
    ["second", 1, 4],
  ]);
  expect(parts("byGold")).toEqual([
    ["all", 5, 8],
    ["A", 2, 4],
    ["B", 3, 4],
  ]);
  expect(parts("byPosition")).toEqual([
    ["all", 5, 8],
    ["1", 2, 4],
    ["2", 3, 4],
  ]);
});
