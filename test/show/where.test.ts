import { expect, it } from "vitest";
import { breakDown } from "../../lib/answers/index";
import { breakdownTable, categoryTable, positionTable, precisionTable, scorersTable } from "../../lib/show/index";
import { captionCell, cellKey, pictureCell } from "../../lib/study/index";
import { makeResults, resultOf } from "./results";

const results = makeResults();
const llm = cellKey(captionCell("llm"));
const vlm = cellKey(pictureCell("vlm"));
const other = cellKey(pictureCell("other-vlm"));

it("accuracy by category has the hardest first", () => {
  const items = results.items.map((item, i) => ({ ...item, category: i < 20 ? "Easy" : "Hard" }));
  expect(categoryTable(makeResults({ items })).rows).toEqual([
    { category: "Hard", items: 20, [llm]: "50.0", [vlm]: "10.0", [other]: "0.0" },
    { category: "Easy", items: 20, [llm]: "100.0", [vlm]: "100.0", [other]: "100.0" },
  ]);
});

it("a place's row tells how often it is right, and how often each model chose it", () => {
  expect(positionTable(results).rows).toEqual([
    { place: 1, right: "100.0", [llm]: "75.0", [vlm]: "55.0", [other]: "50.0" },
    { place: 2, right: "0.0", [llm]: "25.0", [vlm]: "45.0", [other]: "50.0" },
  ]);
});

it("repeats make intervals wider, and say how many questions differ", () => {
  const apart = precisionTable(results);
  const items = results.items.map((item, i) => ({ ...item, situation: `Situation ${Math.floor(i / 4)}` }));
  const twice = precisionTable(makeResults({ items }));
  expect([apart.title, twice.title]).toEqual([
    expect.stringContaining("40 items, 40 different"),
    expect.stringContaining("40 items, 10 different"),
  ]);
  const width = (interval: unknown) => {
    const [low, high] = String(interval).split("–").map(Number) as [number, number];
    return high - low;
  };
  expect(width(twice.rows[1]!.interval)).toBeGreaterThan(1.3 * width(apart.rows[1]!.interval));
  expect(apart.rows[1]).toMatchObject({ accuracy: "55.00", differ: "20.0" });
});

it("a difference that could not be found at all is no number", () => {
  const two = results.items.slice(0, 2);
  const found = [resultOf(captionCell("llm"), 2, two), resultOf(pictureCell("vlm"), 1, two)];
  expect(precisionTable(makeResults({ items: two, found })).rows[1]).toMatchObject({ differ: "50.0", detectable: "–" });
});

it("three readers stand side by side", () => {
  const { rows } = scorersTable(["B.", "A or B", "Hmmmm, well"], results.items[0]!.options);
  expect(rows).toEqual([
    { reply: "B.", strict: "B", viva: "B", praxis: "B" },
    { reply: "A or B", strict: "–", viva: "A", praxis: "B" },
    { reply: "Hmmmm, well", strict: "–", viva: "–", praxis: "–" },
  ]);
});

it("a breakdown has the whole first, then its parts", () => {
  const replies = new Map(results.items.map(({ index }) => [index, index <= 10 ? "A" : "B"]));
  expect(breakdownTable(breakDown(results.items, replies, "strict")).rows).toEqual([
    { part: "all", accuracy: "25.00", correct: 10, items: 40 },
    { part: "Other Situation", accuracy: "25.00", correct: 10, items: 40 },
  ]);
});
