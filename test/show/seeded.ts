import { createRandom } from "../../lib/random";
import {
  type AnswerResults,
  type Cell,
  captionCell,
  cellKey,
  OWN_LABELS,
  pictureCell,
  type Result,
} from "../../lib/study/index";

const OPTIONS = ["A", "B", "C", "D", "E"];
const BUILDS = ["", "-2"];
const FAMILIES = { mllama: "llama", "qwen2-vl": "qwen2", "llava-onevision": "qwen2" };

/** What is chosen of results that never were. */
export interface Made {
  items?: number;
  seeds?: number[];
  builds?: number;
  /** Items that share a question. */
  cluster?: number;
}

/** Results of a study that never was: up to two builds of three VLMs, and a chance of being right for each cell. */
export function makeSeeded({
  items: count = 200,
  seeds = [1, 2, 3],
  builds = 2,
  cluster = 1,
}: Made = {}): AnswerResults {
  const items = Array.from({ length: count }, (_, i) => ({
    index: i + 1,
    gold: OPTIONS[i % 5]!,
    category: `Category ${i % 4}`,
    options: OPTIONS.map((letter) => ({ letter })),
  }));
  const found = new Map<string, Result>();
  /** Items are of equal difficulty for all: answers of two cells agree more than by chance. */
  const add = (cell: Cell, chance: number) => {
    const random = createRandom("cell", cellKey(cell));
    const letters = new Map(
      items.map(({ index, gold }) => {
        const ease = createRandom("item", index).next();
        const right = 0.8 * ease + 0.2 * random.next() < chance;
        return [index, right ? gold : OPTIONS[(OPTIONS.indexOf(gold) + 1) % 5]!] as const;
      }),
    );
    const correct = items.filter(({ index, gold }) => letters.get(index) === gold).length;
    found.set(cellKey(cell), { cell, run: `ask/${found.size}`, letters, items: count, correct, unparsed: 0 });
  };
  const bases: AnswerResults["bases"] = {};
  for (const build of BUILDS.slice(0, builds)) {
    for (const llm of ["llama", "qwen2"]) add(captionCell(llm + build), 0.8);
    for (const [family, llm] of Object.entries(FAMILIES)) {
      const model = family + build;
      const own = llm + build;
      bases[model] = { model: own, source: own, checked: `${own}-checked` };
      add(pictureCell(model), 0.65);
      for (const seed of seeds) {
        const on = (source: string, size: number, chance: number) =>
          add(pictureCell(model, { source, size, seed }), chance + 0.01 * (seed % 3));
        for (const [i, size] of [10, 20, 40].entries()) on("teacher", size, 0.7 + 0.03 * i);
        for (const source of new Set(["llama", own])) for (const size of [10, 20]) on(source, size, 0.64);
        for (const size of [10, 20]) on(`${own}-checked`, size, 0.7);
        add(pictureCell(model, { source: OWN_LABELS, size: 20, seed }), 0.65);
        add({ ...pictureCell(model, { source: "teacher", size: 20, seed }), variant: "shuffled-picture" }, 0.3);
      }
    }
  }
  const cells = [...found.values()].map(({ cell }) => cell);
  const named = (ids: Iterable<string>) => Object.fromEntries([...new Set(ids)].map((id) => [id, id.toUpperCase()]));
  return {
    ...{ profile: "made-up", evidence: "Made up.", published: { models: {}, sources: {} }, missingPictures: {} },
    labels: {
      models: named(cells.map(({ model }) => model)),
      sources: named(cells.flatMap(({ trained }) => trained?.source ?? [])),
      methods: {},
    },
    ...{ bases, teacher: "teacher", sizes: [10, 20, 40], seeds, items, cells },
    clusters: new Map(items.map(({ index }) => [index, Math.ceil(index / cluster)])),
    get: (cell) => found.get(cellKey(cell)),
    sources: [
      {
        source: "teacher",
        label: "TEACHER",
        counts: { calls: 5, kept: 24 },
        costUsd: 0,
        labels: { samples: 24, holds: 24 },
      },
    ],
  };
}
