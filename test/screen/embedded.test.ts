import { expect, it } from "vitest";
import { screenEmbedded } from "../../lib/screen/index";

const at = (id: string, ...vector: number[]) => ({ id, vector: Float32Array.from(vector) });
const known = (name: string, ...vector: number[]) => ({ name, from: "benchmark", vector: Float32Array.from(vector) });
/** Vectors of the lengths 5 and 10, of which the cosine is 24 / 25. */
const [A, B] = [
  [3, 4],
  [8, 6],
] as const;

it("removes a sample whose vector is nearly that of one before it by id, whatever their order and lengths", () => {
  const samples = [at("1", ...A), at("2", ...B), at("3", -4, 3)];
  for (const given of [samples, samples.toReversed()])
    expect(screenEmbedded(given, [], 0.95)).toEqual([
      { id: "2", reason: "paraphrase", twin: "1", twinFrom: "samples", score: expect.closeTo(0.96, 6) },
    ]);
  expect(screenEmbedded(samples, [], 0.97)).toEqual([]);
});

it("removes a sample that says what a known text says, before it can stand for others", () => {
  const samples = [at("1", ...A), at("2", 30, 40), at("3", -4, 3)];
  expect(screenEmbedded(samples, [known("item 1", 1, 0), known("item 2", ...B)], 0.95)).toEqual(
    ["1", "2"].map((id) => ({
      id,
      reason: "paraphrased contamination",
      twin: "item 2",
      twinFrom: "benchmark",
      score: expect.closeTo(0.96, 6),
    })),
  );
});

it("names the nearest of several, of equally near ones the first, and compares with none that is removed", () => {
  const twins = (...samples: Parameters<typeof screenEmbedded>[0]) =>
    screenEmbedded(samples, [], 0.9).map(({ id, twin }) => [id, twin]);
  expect(twins(at("1", 1, 0, 0.7), at("2", 1, 0.1, 0), at("3", 1, 0, 0))).toEqual([["3", "2"]]);
  expect(twins(at("1", 1, 0, 0.4), at("2", 1, 0, -0.4), at("3", 1, 0, 0))).toEqual([["3", "1"]]);
  // Angles of 0°, 20° and 40°: the second goes, and the third is too far from the first.
  const angles = [0, 20, 40].map((degrees, i) =>
    at(String(i), Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)),
  );
  expect(twins(...angles)).toEqual([["1", "0"]]);
});

it("takes a similarity of just the threshold, and a vector of zeros for unlike any", () => {
  expect(screenEmbedded([at("1", 1, 0), at("2", 2, 0)], [], 1)).toMatchObject([{ id: "2", score: 1 }]);
  expect(screenEmbedded([at("1", 1, 0)], [known("item 1", 4, 0)], 1)).toMatchObject([{ id: "1", score: 1 }]);
  expect(screenEmbedded([at("1", 0, 0), at("2", 0, 0)], [known("item 1", 0, 0)], 0.5)).toEqual([]);
});
