import { describe, expect, it } from "vitest";
import { comparePublished, countBehind, loadPublished } from "../../lib/published/index";
import { projectRoot } from "../../lib/root";
import { publishedDoubts, publishedFigure, publishedTable1 } from "../../lib/show/index";

const published = loadPublished(projectRoot());

describe("the paper's numbers", () => {
  it("are all of Table 1, Figure 2 and Table 2, each a whole number of items", () => {
    const at = (place: string) => published.numbers.filter((n) => n.place.startsWith(place)).length;
    expect([at("Table 1"), at("Figure 2"), at("Table 2")]).toEqual([5, 6, 18]);
    const correct = (model: string) => published.numbers.find((n) => n.model === model)!.correct;
    expect(["Mllama", "Llama-3.1", "Qwen2"].map(correct)).toEqual([938, 981, 1010]);
  });

  it("agree where the paper prints them twice", () => {
    for (const twice of published.numbers.filter(({ place }) => place === "Figure 2, after")) {
      const { model, source, size, correct } = twice;
      expect(published.numbers).toContainEqual(
        expect.objectContaining({ place: "Table 2", model, source, size, correct }),
      );
    }
  });

  it("cannot be anything", () => expect(() => countBehind(75.67, 1240)).toThrow(/not a whole number/));
});

describe("the paper's sentences", () => {
  const compared = comparePublished(published);
  const verdicts = (claim: RegExp) => compared.filter((c) => claim.test(c.claim)).map(({ verdict }) => verdict);

  it("are checked on 18 comparisons, corrected together", () => {
    expect(compared).toHaveLength(18);
    for (const { holm, unpaired } of compared) expect(holm).toBeGreaterThanOrEqual(unpaired.p);
  });

  it("are judged as a reviewer would", () => {
    expect(verdicts(/outperform/)).toEqual(["depends on overlap", "depends on overlap", "depends on overlap"]);
    expect(verdicts(/generally smaller/)).toEqual(["depends on overlap", "may be chance", "depends on overlap"]);
    expect(compared.every(({ holm }) => holm > 0.05)).toBe(true);
  });

  it("are shown with their numbers", () => {
    expect(publishedTable1(published).rows[2]).toMatchObject({ model: "Mllama", correct: 938, interval: "73.2–78.0" });
    expect(publishedDoubts(published).rows).toHaveLength(18);
    expect(publishedFigure(published).panels.map(({ series }) => series[0]!.points.length)).toEqual([4, 4, 4]);
  });
});
