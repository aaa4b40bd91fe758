import { expect, it } from "vitest";
import { breakDown } from "../../lib/answers/index";
import { breakdownTable, categoryTable, positionTable, precisionTable, scorersTable } from "../../lib/show/index";
import { madeUpFindings } from "./findings";

const findings = madeUpFindings();
const models = ["reader caption", "seer image", "viewer image"];
const [reader, seer, viewer] = models as [string, string, string];

it("accuracy by category has the hardest first", () => {
  const items = findings.items.map((item, i) => ({ ...item, category: i < 20 ? "Easy" : "Hard" }));
  expect(categoryTable({ ...findings, items }).rows).toEqual([
    { category: "Hard", items: 20, [reader]: "50.0", [seer]: "10.0", [viewer]: "0.0" },
    { category: "Easy", items: 20, [reader]: "100.0", [seer]: "100.0", [viewer]: "100.0" },
  ]);
});

it("a place's row tells how often it is right, and how often each model chose it", () => {
  expect(positionTable(findings).rows).toEqual([
    { place: 1, right: "100.0", [reader]: "75.0", [seer]: "55.0", [viewer]: "50.0" },
    { place: 2, right: "0.0", [reader]: "25.0", [seer]: "45.0", [viewer]: "50.0" },
  ]);
});

it("repeats make intervals wider, and say how many questions differ", () => {
  const apart = precisionTable(findings);
  const twice = precisionTable({
    ...findings,
    items: findings.items.map((item, i) => ({ ...item, situation: `Situation ${Math.floor(i / 4)}` })),
  });
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

it("three readers stand side by side", () => {
  const { rows } = scorersTable(["B.", "A or B", "Hmmmm, well"], findings.items[0]!.options);
  expect(rows).toEqual([
    { reply: "B.", strict: "B", viva: "B", praxis: "B" },
    { reply: "A or B", strict: "–", viva: "A", praxis: "B" },
    { reply: "Hmmmm, well", strict: "–", viva: "–", praxis: "–" },
  ]);
});

it("a breakdown has the whole first, then its parts", () => {
  const replies = new Map(findings.items.map(({ index }) => [index, index <= 10 ? "A" : "B"]));
  expect(breakdownTable(breakDown(findings.items, replies, "strict")).rows).toEqual([
    { part: "all", accuracy: "25.00", correct: 10, items: 40 },
    { part: "Other Situation", accuracy: "25.00", correct: 10, items: 40 },
  ]);
});
