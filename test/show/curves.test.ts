import { expect, it } from "vitest";
import { comparedCurves } from "../../lib/show/curves";
import type { Results } from "../../lib/study/index";

const curve = (source: string, size: number, more: object = {}) => ({
  cell: { model: "vlm", input: "picture", variant: "plain", trained: { source, size, seed: 7, ...more } },
  seconds: 1,
  loss: [],
  validation: [],
});

const resultsWith = (...curves: object[]) =>
  ({
    curves,
    sizes: [500, 1000, 2000],
    seeds: [7, 8],
    labels: { sources: { teacher: "T", own: "O" } },
  }) as unknown as Results;

const shown = (results: Results) => {
  const { size, curves } = comparedCurves(results);
  return [size, curves.map(({ cell }) => `${cell.trained!.source} ${cell.trained!.size}`)];
};

it("compares at the largest size that all sources have", () => {
  const all = [
    curve("teacher", 500),
    curve("teacher", 1000),
    curve("teacher", 2000),
    curve("own", 500),
    curve("own", 1000),
  ];
  expect(shown(resultsWith(...all))).toEqual([1000, ["teacher 1000", "own 1000"]]);
  expect(shown(resultsWith(...all, curve("own", 2000)))).toEqual([2000, ["teacher 2000", "own 2000"]]);
});

it("leaves out other seeds, methods and controls, and shows the largest of all where sizes differ", () => {
  const others = [curve("own", 1000, { seed: 8 }), curve("own", 1000, { method: "gentle" }), curve("own-labels", 1000)];
  expect(shown(resultsWith(curve("teacher", 1000), ...others))).toEqual([1000, ["teacher 1000"]]);
  expect(shown(resultsWith(curve("teacher", 2000), curve("own", 500)))).toEqual([2000, ["teacher 2000"]]);
  expect(shown(resultsWith())).toEqual([2000, []]);
});
