import { expect, it } from "vitest";
import { describeSamples, type Rejection } from "../../lib/synthesis/index";
import { sample } from "./sample";

const options = ["Help.", "Wait."].map((text, i) => ({ letter: "AB"[i]!, text }));
const samples = [
  sample("a", "A boy is stuck in the lift.", { options, call: "call-0" }),
  sample("b", "A boy is stuck in the lake.", { options, call: "call-1" }),
  sample("c", "An old man has lost his dog at the fair.", { options, call: "call-5" }),
];
const repeat = (call: number): Rejection => ({ reason: "near duplicate", what: "x", call: `call-${call}` });

it("describes lengths, options, questions, prefixes, themes and how much is the same", () => {
  const stats = describeSamples(samples, [], 7);
  expect(stats).toMatchObject({
    words: { low: 7, median: 7, high: 7 },
    options: { "2": 3 },
    questions: 1,
    questionTypes: { "what comes first": 3 },
    commonPrefixes: [
      { text: "a boy is", samples: 2 },
      { text: "an old man", samples: 1 },
    ],
  });
  expect(stats.themes).toMatchObject({ "a child": 2, "an old person": 1, "an animal": 1, "fire, water, falls": 2 });
  expect(stats.distinct.words).toBeCloseTo(17 / 24); // the others say again what was said before
  // Of 5 + 2 runs of words each, a and b have 4 + 2 in common; c has the options alone.
  expect(stats.selfSimilarity).toBeCloseTo((6 / 8 + 6 / 8 + 2 / 15) / 3);
});

it("shows how repeats grow with the calls", () => {
  const { repeats } = describeSamples(samples, [repeat(3), repeat(5), { ...repeat(5), reason: "contamination" }], 7);
  expect(repeats.at(-1)).toEqual({ calls: 6, percent: 40 });
  expect(repeats.find(({ calls }) => calls === 2)).toEqual({ calls: 2, percent: 0 });
});

it("describes nothing without failing", () => expect(describeSamples([], [], 7).selfSimilarity).toBe(0));
