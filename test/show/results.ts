import type { Item } from "../../lib/benchmark/index";
import {
  type Cell,
  captionCell,
  cellKey,
  OWN_LABELS,
  pictureCell,
  type Result,
  type Results,
} from "../../lib/study/index";

const ITEMS = 40;
const SEED = 7;

const items: Item[] = Array.from({ length: ITEMS }, (_, i) => ({
  index: i + 1,
  image: `${i + 1}.png`,
  options: [
    { letter: "A", text: "Help <now>." },
    { letter: "B", text: "Walk on." },
  ],
  gold: "A",
  category: "Other Situation",
  situation: `Situation ${i + 1}`,
}));

/** A result as if the first `correct` of the items were right. */
export function resultOf(cell: Cell, correct: number, seen: readonly Item[] = items): Result {
  const letters = new Map(seen.map(({ index }, i) => [index, i < correct ? "A" : "B"] as const));
  return { cell, run: `ask/${cell.model}`, letters, items: seen.length, correct, unparsed: 0 };
}

/** Results of a study that never was: 40 items, an LLM, two VLMs, all numbers chosen. */
export function makeResults(
  changes: { cells?: Cell[]; found?: Result[]; items?: Item[]; seeds?: number[] } = {},
): Results {
  const found = changes.found ?? allResults();
  const byKey = new Map(found.map((result) => [cellKey(result.cell), result]));
  const all = changes.items ?? items;
  return {
    profile: "made-up",
    evidence: "Made up <for a test> & nothing else.",
    published: { models: {}, sources: {} },
    audit: undefined,
    missingPictures: {},
    costs: [],
    labels: {
      models: { llm: "LLM", vlm: "VLM", "other-vlm": "OTHER VLM" },
      sources: { teacher: "Teacher", llm: "Llm" },
      methods: {},
    },
    bases: { vlm: { model: "llm", source: "llm" }, "other-vlm": { model: "llm", source: "llm" } },
    teacher: "teacher",
    sizes: [10, 20],
    seeds: changes.seeds ?? [SEED],
    items: all,
    clusters: new Map(
      all.map(({ index, situation }) => [index, all.find((one) => one.situation === situation)!.index]),
    ),
    captions: new Map(all.map(({ index }) => [index, `Caption ${index}`])),
    cells: changes.cells ?? found.map(({ cell }) => cell),
    get: (cell) => byKey.get(cellKey(cell)),
    sources: [
      {
        source: "teacher",
        label: "Teacher",
        counts: { calls: 5, read: 25, contamination: 1, kept: 24 },
        costUsd: 0,
        letters: { written: { A: 14, B: 10 }, balanced: { A: 12, B: 12 } },
        stats: {
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
    curves: found.flatMap(({ cell }) =>
      cell.trained
        ? [
            {
              cell,
              seconds: 1,
              loss: [
                { step: 1, loss: 2 },
                { step: 2, loss: 1 },
              ],
              validation: [
                { step: 0, loss: 3, accuracy: 0.25 },
                { step: 2, loss: 1.5, accuracy: 0.5 },
              ],
            },
          ]
        : [],
    ),
    seedQuestions: [],
    runs: [],
    replies: (cell) =>
      new Map([...(byKey.get(cellKey(cell))?.letters ?? [])].map(([index, letter]) => [index, letter ?? ""])),
    likelihoods: () => new Map(),
    text: () => undefined,
  };
}

export const trainedCell = (model: string, source: string, size: number, seed = SEED): Cell =>
  pictureCell(model, { source, size, seed });

function allResults(): Result[] {
  const trained = ["vlm", "other-vlm"].flatMap((model) =>
    ["teacher", "llm"].flatMap((source) =>
      [10, 20].map((size) => resultOf(trainedCell(model, source, size), (source === "teacher" ? 30 : 26) + size / 5)),
    ),
  );
  return [
    resultOf(captionCell("llm"), 30),
    resultOf(pictureCell("vlm"), 22),
    resultOf(pictureCell("other-vlm"), 20),
    ...trained,
    resultOf(trainedCell("vlm", OWN_LABELS, 10), 23),
    resultOf({ ...trainedCell("vlm", "teacher", 10), variant: "shuffled-picture" }, 10),
  ];
}
