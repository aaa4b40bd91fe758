import type { Findings, Result } from "../../lib/study/index";

const ITEMS = 40;

/** Results as if the first `correct` of the items were right. */
const result = (model: string, correct: number): Result => ({
  model,
  label: model.toUpperCase(),
  run: `ask/${model}`,
  correct,
  unparsed: 0,
  items: ITEMS,
  letters: Array.from({ length: ITEMS }, (_, i) => (i < correct ? "A" : "B")),
});

/** Findings of a study that never was: 40 items, two language models, two VLMs, all numbers chosen. */
export function madeUpFindings(): Findings {
  const table2 = ["seer", "viewer"].flatMap((model) =>
    ["teacher", "reader"].flatMap((source) =>
      [10, 20].map((size) => ({
        ...result(model, (source === "teacher" ? 30 : 26) + size / 5),
        source,
        size,
        own: source === "reader",
      })),
    ),
  );
  return {
    profile: "made-up",
    evidence: "Made up <for a test> & nothing else.",
    labels: {
      models: { reader: "READER", seer: "SEER", viewer: "VIEWER" },
      sources: { teacher: "Teacher", reader: "Reader" },
    },
    bases: { seer: "reader", viewer: "reader" },
    items: Array.from({ length: ITEMS }, (_, i) => ({
      index: i + 1,
      image: `${i + 1}.png`,
      options: [
        { letter: "A", text: "Help <now>." },
        { letter: "B", text: "Walk on." },
      ],
      gold: "A",
      category: "Other Situation",
      situation: `Situation ${i + 1}`,
    })),
    captions: Array.from({ length: ITEMS }, (_, i) => `Caption ${i + 1}`),
    table1: [
      { ...result("reader", 30), input: "caption" },
      { ...result("seer", 22), input: "image" },
      { ...result("viewer", 20), input: "image" },
    ],
    table2,
    controls: [
      { ...result("seer", 23), control: "own-labels" },
      { ...result("seer", 10), control: "shuffled-pictures" },
    ],
    written: [
      {
        source: "teacher",
        label: "Teacher",
        counts: { calls: 5, read: 25, contamination: 1, kept: 24 },
        letters: { written: { A: 14, B: 10 }, balanced: { A: 12, B: 12 } },
        looks: {
          words: { low: 10, median: 12, high: 15 },
          options: { "5": 24 },
          questions: 3,
          questionTypes: { "what comes first": 24 },
          commonPrefixes: [{ text: "a boy is", samples: 7 }],
          themes: { "a child": 7 },
          distinct: { words: 0.1, pairs: 0.3 },
          selfSimilarity: 0.25,
          repeats: [{ calls: 5, percent: 2 }],
        },
        replies: { "call-0": "[]" },
        kept: [],
        rejected: [],
      },
    ],
    training: table2.map(({ model, source, size }) => ({
      model,
      source,
      size,
      seconds: 1,
      loss: [
        { step: 1, loss: 2 },
        { step: 2, loss: 1 },
      ],
    })),
    seeds: [],
    runs: [],
  };
}
