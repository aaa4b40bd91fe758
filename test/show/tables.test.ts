import { describe, expect, it } from "vitest";
import { seedsTable, sourcesTable, table1, table2, toMarkdown } from "../../lib/show/index";
import { pictureCell } from "../../lib/study/index";
import { makeResults, resultOf, trainedCell } from "./results";

describe("the table of seeds", () => {
  const found = [
    resultOf(pictureCell("vlm"), 20),
    ...[28, 30, 32].map((correct, i) => resultOf(trainedCell("vlm", "teacher", 10, i + 1), correct)),
    resultOf(trainedCell("vlm", "teacher", 20, 1), 34),
  ];
  const { rows, note } = seedsTable(makeResults({ found, seeds: [1, 2, 3] }));

  it("has the mean gain, its range, and three intervals, each with what it covers", () => {
    // By hand: gains of 8, 10 and 12 of 40 items; standard error of the seeds 5/√3 points, times 4.30265.
    expect(rows[0]).toMatchObject({ size: "10", seeds: 3, items: 40, gain: "+25.0", range: "+20.0 to +30.0" });
    expect(rows[0]!.overSeeds).toBe("+12.6 to +37.4");
    const width = (text: unknown) => {
      const [low, high] = String(text).replaceAll("−", "-").split(" to ").map(Number);
      return high! - low!;
    };
    expect(width(rows[0]!.overBoth)).toBeGreaterThan(width(rows[0]!.overItems));
    for (const what of ["Over items", "Over seeds", "Over both"]) expect(note).toContain(what);
  });

  it("says nothing of seeds of which there is but one", () => {
    expect(rows[1]).toMatchObject({ seeds: 1, gain: "+35.0", overSeeds: "–", overBoth: "–" });
  });
});

it("the table of sources states the cost of each, and what a dataset has in place of calls", () => {
  const results = makeResults();
  const [generated] = results.sources;
  const dataset = { ...generated!, source: "released", label: "Released", counts: { rows: 30, read: 28, kept: 20 } };
  const sources = [{ ...generated!, costUsd: 1.234 }, dataset];
  const { rows } = sourcesTable({ ...results, sources });
  expect(rows.find(({ count }) => count === "cost, USD")).toEqual({
    count: "cost, USD",
    teacher: "1.23",
    released: "0.00",
  });
  expect(rows.find(({ count }) => count === "rows")).toMatchObject({ teacher: 0, released: 30 });
  expect(rows.find(({ count }) => count === "kept, % of those asked for")).toMatchObject({
    teacher: "96.0",
    released: "",
  });
});

it("tables say how many items have no picture, and why, and on how many each comparison is", () => {
  const results = { ...makeResults(), missingPictures: { "HTTP 404": 3, blank: 1 } };
  for (const table of [table1(results), table2(results)])
    expect(toMarkdown(table)).toContain("4 of 40 items have no picture (HTTP 404 3, blank 1) and are left out.");
  expect(table2(results).note).toContain("Each comparison is on the 40 items that both saw.");
});
