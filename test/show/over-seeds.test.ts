import { describe, expect, it } from "vitest";
import { createRandom } from "../../lib/random";
import {
  againstBaseTable,
  claims,
  claimsTable,
  difference,
  flips,
  flipsTable,
  flipsText,
  gapsClosed,
  gapText,
  growthFigures,
  noiseTable,
  noiseText,
  selfImprovementTable,
  selfImprovementText,
  sourcesComparedTable,
  sourcesComparedText,
  toSvg,
  trainedOn,
} from "../../lib/show/index";
import { mcnemarExact } from "../../lib/stats/index";
import { type AnswerResults, type Cell, captionCell, cellKey, pictureCell } from "../../lib/study/index";
import { makeSeeded } from "./seeded";

const one = makeSeeded({ seeds: [7], builds: 1 });
const many = makeSeeded({ seeds: [1, 2, 3] });
const trained = (source: string, seed: number, size = 20) => pictureCell("mllama", { source, size, seed });

/** Results with some cells replaced, each given as what is right: "1101". */
function withRight(results: AnswerResults, cells: [Cell, string][]): AnswerResults {
  const rights = new Map(cells.map(([cell, right]) => [cellKey(cell), right]));
  return {
    ...results,
    cells: cells.map(([cell]) => cell),
    items: results.items.slice(0, cells[0]![1].length),
    get(cell) {
      const right = rights.get(cellKey(cell));
      if (right === undefined) return undefined;
      const letters = new Map([...right].map((is, i) => [i + 1, is === "1" ? results.items[i]!.gold : null]));
      const correct = [...right].filter((is) => is === "1").length;
      return { cell, run: "ask/x", letters, items: right.length, correct, unparsed: right.length - correct };
    },
  };
}

describe("a difference", () => {
  it("has McNemar's exact p with one seed, and t over items and seeds with several", () => {
    const [before, after] = [[pictureCell("mllama")], [trained("teacher", 7)]];
    const single = difference(one, before, after)!;
    expect(single.test).toBe("mcnemar-exact");
    expect(single.p).toBe(mcnemarExact(single.lost, single.gained));
    expect(single.points).toBeCloseTo((100 * (single.gained - single.lost)) / 200);
    const several = difference(
      many,
      before,
      [1, 2, 3].map((seed) => trained("teacher", seed)),
    )!;
    expect(several.test).toBe("t over items and seeds");
    expect(several.bySeed).toHaveLength(3);
    expect(several.low).toBeLessThan(several.shares.items.low * 100);
  });

  it("takes repeats of a question as one", () => {
    const repeated = makeSeeded({ seeds: [7], builds: 1, cluster: 4 });
    expect(difference(repeated, [pictureCell("mllama")], [trained("teacher", 7)])!.test).toBe("clustered sign-flip");
  });

  it("compares two trainings seed by seed, on the seeds that both have", () => {
    const results = withRight(many, [
      [trained("llama", 1), "11110000"],
      [trained("llama", 2), "00001111"],
      [trained("teacher", 1), "11111000"],
      [trained("teacher", 2), "00111111"],
      [trained("teacher", 3), "11111111"],
    ]);
    const on = (source: string) => trainedOn(results, "mllama", source, 20);
    const found = difference(results, on("llama"), on("teacher"))!;
    expect(found.bySeed).toEqual([12.5, 25]);
    expect([found.points, found.gained, found.lost]).toEqual([18.75, 1.5, 0]);
    expect(difference(results, on("qwen2"), on("teacher"))).toBeUndefined();
  });
});

describe("claims", () => {
  it("are decided by the mean over seeds, on all VLMs of both builds", () => {
    const found = claims(many);
    // Text as written does nothing here, and checked text is made to be 0.03 / 0.8 = 3.75 points behind the teacher's.
    expect(found.map(({ holds }) => holds)).toEqual([true, true, true, false, false, true, false, true]);
    expect(found[1]).toMatchObject({ vlms: { holds: 6, of: 6 }, seeds: { holds: 3, of: 3 } });
    expect(found[0]).toMatchObject({ vlms: { holds: 6, of: 6 } }); // no training, no seeds
    expect(found[0]!.seeds).toBeUndefined();
    expect(found[1]!.numbers).toMatch(
      /^MLLAMA \+\d+\.\d \(\+\d+\.\d to \+\d+\.\d, p [^;]+, more in 3 of 3 seeds\); QWEN2-VL /,
    );
    expect(claimsTable(many).rows[1]).toMatchObject({ holds: "yes", vlms: "6 of 6", seeds: "3 of 3" });
  });

  it("fail if one VLM does not gain, or too few gain much", () => {
    const flat = (models: string[]): AnswerResults => ({
      ...many,
      get: (cell) =>
        cell.trained && models.includes(cell.model) ? { ...many.get(pictureCell(cell.model))!, cell } : many.get(cell),
    });
    const [, teacher] = claims(flat(["mllama"]));
    expect(teacher).toMatchObject({ holds: false, vlms: { holds: 5, of: 6 }, seeds: { holds: 0, of: 3 } });
  });

  it("compare a VLM's own text with the teacher's at the size that both have, as written and checked apart", () => {
    const texts = claims(many).map(({ claim }) => claim);
    expect(texts.filter((text) => text.includes("as written"))).toHaveLength(2);
    expect(texts.filter((text) => text.includes("self-checked"))).toHaveLength(2);
    const own = trainedOn(many, "mllama", "llama", 20);
    const { points } = difference(many, trainedOn(many, "mllama", "teacher", 20), own)!;
    const [text] = claims(many).filter(({ claim }) => /as written.*marginally/.test(claim));
    expect(text!.numbers).toContain(`MLLAMA −${Math.abs(points).toFixed(1)} (`);
  });
});

describe("tables of differences", () => {
  it("have a row for each training, each pair of sources at equal size, and each own or other text", () => {
    expect(againstBaseTable(many).rows).toHaveLength(2 * 3 * (3 + 2 + 2) + 5 * 2);
    // Sources per VLM: three for Mllama of the first build, else four; sizes 10 and 20.
    expect(sourcesComparedTable(many).rows).toHaveLength(2 * (3 + 5 * 6));
    const kinds = selfImprovementTable(many).rows.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "strict")).toHaveLength(12);
    expect(kinds.filter((kind) => kind === "broad")).toHaveLength(5);
    expect(selfImprovementText(many)).toMatch(
      /own base model raises accuracy clearly in \d+ of 12 trainings .*in \d of 5/,
    );
    expect(sourcesComparedText(many)).toMatch(/^\d+ of 66 differences between sources at equal size are clear/);
  });
});

describe("the gap that is closed", () => {
  it("is the gain divided by the gap, with an interval as a bootstrap over items gives it", () => {
    const [found] = gapsClosed(one);
    const right = (cell: Cell) =>
      one.items.map(({ index, gold }) => Number(one.get(cell)!.letters.get(index) === gold));
    const [before, reads, after] = [pictureCell("mllama"), captionCell("llama"), found!.cells[0]!].map(right);
    const ratio = (rows: readonly number[]) => {
      const sum = (answers: number[]) => rows.reduce((total, i) => total + answers[i]!, 0);
      return (sum(after!) - sum(before!)) / (sum(reads!) - sum(before!));
    };
    expect(found!.share).toBeCloseTo(ratio(one.items.map((_, i) => i)), 10);
    const random = createRandom("bootstrap");
    const drawn = Array.from({ length: 4000 }, () => ratio(one.items.map(() => random.int(200)))).sort((a, b) => a - b);
    expect(Math.abs(found!.low - drawn[100]!)).toBeLessThan(0.06);
    expect(Math.abs(found!.high - drawn[3900]!)).toBeLessThan(0.06);
    expect(gapText(one)).toMatch(
      /^Of the gap .* training on 40 samples of TEACHER closes: MLLAMA \d+ % \(\d+ to \d+\);/,
    );
  });

  it("is not given where there is no clear gap", () => {
    const same: AnswerResults = {
      ...one,
      get: (cell) => one.get(cell.input === "caption" ? pictureCell("mllama") : cell),
    };
    expect(gapsClosed(same).filter(({ cells }) => cells[0]!.model === "mllama")).toEqual([]);
  });
});

describe("flips", () => {
  const results = withRight(many, [
    [pictureCell("mllama"), "11110000"],
    [trained("teacher", 1, 40), "01111100"],
    [trained("teacher", 2, 40), "01101100"],
  ]);

  it("are counted by item, direction and seeds", () => {
    expect(flips(results).map(({ item, direction, seeds, of }) => [item.index, direction, seeds, of])).toEqual([
      [1, "lost", 2, 2],
      [4, "lost", 1, 2],
      [5, "gained", 2, 2],
      [6, "gained", 2, 2],
    ]);
  });

  it("are shown by category, the most gained first", () => {
    const [first, ...others] = flipsTable(results).rows;
    expect(first).toMatchObject({
      category: "Category 1",
      answers: 2,
      gained: 1,
      gainedSome: 0,
      lost: 0,
      net: "+50.0",
    });
    expect(others.at(-1)).toMatchObject({ category: "Category 3", lost: 0, lostSome: 1, net: "−25.0" });
    expect(flipsText(results)).toMatch(/^Of 8 answers, 2 are gained and 1 lost in every seed; 1 more change in some/);
    expect(flipsTable(results, { model: "qwen2-vl" }).rows).toEqual([]);
  });
});

describe("the noise between seeds", () => {
  it("is set beside each difference", () => {
    const results = withRight(many, [
      [pictureCell("mllama"), "1100000000"],
      [trained("teacher", 1, 10), "1110000000"],
      [trained("teacher", 2, 10), "1111110000"],
      [trained("teacher", 1, 40), "1111111110"],
      [trained("teacher", 2, 40), "1111111100"],
    ]);
    // 40 against before: +70 and +60, spread 10. No difference between 10 and 20 or 20 and 40: 20 is not there.
    expect(noiseTable(results).rows).toMatchObject([
      { points: "+65.0", spread: "10.0", smaller: "no", deviation: "7.1" },
    ]);
    expect(noiseText(results)).toBe(
      "0 of 1 differences are smaller than the spread between 2 seeds. Between seeds, a difference typically deviates by 7.1 points.",
    );
    const noisy = withRight(many, [
      [pictureCell("mllama"), "1100000000"],
      [trained("teacher", 1, 40), "1000000000"],
      [trained("teacher", 2, 40), "1111100000"],
    ]);
    expect(noiseText(noisy)).toMatch(
      /^1 of 1 differences are smaller than the spread between 2 seeds \(MLLAMA\): they cannot/,
    );
    expect([noiseText(one), noiseTable(one).rows]).toEqual(["", []]);
  });
});

describe("growth curves", () => {
  it("have a band around the mean over seeds, at most three VLMs a figure", async () => {
    const figures = growthFigures(many);
    expect(figures.map(({ name, panels }) => [name, panels.length])).toEqual([
      ["growth", 3],
      ["growth-2", 3],
    ]);
    const [teacher] = figures[0]!.panels[0]!.series;
    const last = teacher!.points.at(-1)!;
    const shares = [1, 2, 3].map((seed) => many.get(trained("teacher", seed, 40))!.correct / 200);
    expect(last.y).toBeCloseTo((100 * (shares[0]! + shares[1]! + shares[2]!)) / 3, 1);
    expect(last.low).toBeLessThan(100 * Math.min(...shares));
    expect(last.high).toBeGreaterThan(last.y);
    expect(await toSvg(figures[0]!)).toMatch(/mark-area/);
  });
});
