import type { Results, SourceText } from "../../lib/study/index";
import { ATTACK } from "../attack";
import { makeResults } from "../show/results";

/** A picture that can be read. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);
export const drawPng = async () => PNG;

const sample = (id: string) => ({
  id,
  situation: ATTACK,
  question: ATTACK,
  options: [
    { letter: "A", text: ATTACK },
    { letter: "B", text: ATTACK },
  ],
  answer: "A",
  rationale: ATTACK,
  source: "teacher",
  call: ATTACK,
});

/** Samples whose texts are attacks: kept ones, a duplicate, one that repeats an item, and text that is no sample. */
const text: SourceText = {
  kept: [sample("kept-1"), sample(ATTACK)],
  rejected: [
    {
      reason: "duplicate",
      what: "late-1",
      call: "c",
      twin: "kept-1",
      twinFrom: ATTACK,
      score: 1,
      sample: sample("late-1"),
    },
    {
      reason: "contamination",
      what: "late-2",
      call: "c",
      twin: "item 3",
      twinFrom: "benchmark",
      score: 1,
      sample: sample("late-2"),
    },
    { reason: ATTACK, what: ATTACK, call: ATTACK },
  ],
};

/** Results in which every text of others is an attack. */
export function plantedResults(): Results {
  const results = makeResults();
  const items = results.items.map((item) => ({
    ...item,
    category: ATTACK,
    situation: `${ATTACK} ${item.index}`,
    reason: ATTACK,
    options: item.options.map(({ letter }) => ({ letter, text: ATTACK })),
  }));
  const planted = (labels: Record<string, string>) =>
    Object.fromEntries(Object.keys(labels).map((id) => [id, `${ATTACK} ${id}`]));
  const { models, sources } = results.labels;
  const [source] = results.sources;
  const cost = { mode: "live", paid: 1, refused: 0, prompt: 1, completion: 1, usd: 1, run: ATTACK } as const;
  return {
    ...results,
    evidence: ATTACK,
    profile: ATTACK,
    items,
    captions: new Map(items.map(({ index }) => [index, ATTACK])),
    replies: () => new Map(items.map(({ index }) => [index, index % 2 === 0 ? ATTACK : ATTACK.repeat(3)])),
    text: () => text,
    labels: { ...results.labels, models: planted(models), sources: planted(sources) },
    missingPictures: { [ATTACK]: 1 },
    costs: [{ name: ATTACK, endpoint: ATTACK, model: ATTACK, ...cost }],
    runs: [
      {
        id: ATTACK,
        name: ATTACK,
        group: "pilot",
        seconds: 1,
        finishedAt: "2026-01-01T00:00:00.000Z",
        counts: {},
        costUsd: 0,
        hardware: { cpu: ATTACK, cores: 2, memoryGiB: 8, gpus: [ATTACK], platform: ATTACK, node: ATTACK },
        code: { version: "0", commit: ATTACK, dirty: true },
      },
    ],
    sources: [
      {
        ...source!,
        label: ATTACK,
        counts: { ...source!.counts, [ATTACK]: 1 },
        letters: { written: { [ATTACK]: 24 }, balanced: { [ATTACK]: 24 } },
        stats: { ...source!.stats, commonPrefixes: [{ text: ATTACK, samples: 1 }], themes: { [ATTACK]: 3 } },
      },
    ],
  } as unknown as Results;
}
