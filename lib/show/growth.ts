import { compareOverSeeds } from "../stats/index";
import type { AnswerResults } from "../study/index";
import { baseCell, beforeTraining, trainedCells, trainedOn, vlmCells } from "./cells";
import type { Seeds } from "./differences";
import type { Figure, Panel, Point } from "./figure";

/** Mean accuracy over seeds, with its 95 % interval over items and, if there are several, over seeds; in percent. */
function pointOf(results: AnswerResults, x: number, cells: Seeds): Point[] {
  const found = cells.flatMap((cell) => results.get(cell) ?? []);
  if (found.length === 0) return [];
  const items = results.items.filter(({ index }) => found.every(({ letters }) => letters.has(index)));
  const clusters = items.map(({ index }) => results.clusters.get(index));
  if (new Set(clusters).size < 2) return [];
  const right = found.map(({ letters }) => items.map(({ index, gold }) => letters.get(index) === gold));
  // An accuracy is a difference from answers that are all wrong.
  const { mean, items: overItems, both } = compareOverSeeds([items.map(() => false)], right, clusters);
  const { low, high } = both ?? overItems;
  return [
    { x, y: rounded(100 * mean), low: rounded(Math.max(0, 100 * low)), high: rounded(Math.min(100, 100 * high)) },
  ];
}

const rounded = (value: number) => Number(value.toFixed(2));

/** Panels of one figure: more would be too narrow to read. */
const MAX_PANELS = 3;

/** Accuracy over the number of samples, a line with its band for each source; several figures for many VLMs. */
export function growthFigures(results: AnswerResults): Figure[] {
  const vlms = vlmCells(results);
  const parts = Array.from({ length: Math.ceil(vlms.length / MAX_PANELS) }, (_, i) =>
    vlms.slice(MAX_PANELS * i, MAX_PANELS * (i + 1)),
  );
  const over = results.seeds.length > 1 ? `items and ${results.seeds.length} training seeds` : "items";
  return parts.map((some, i) => ({
    name: i === 0 ? "growth" : `growth-${i + 1}`,
    title: `Does more text help more? Accuracy on pictures by source and number of samples${parts.length > 1 ? ` (${i + 1} of ${parts.length})` : ""}`,
    note:
      `Size 0: before training. Lines: ${results.seeds.length > 1 ? "means over training seeds" : "one training each"}. ` +
      `Bands: 95 % intervals over ${over}. ${results.evidence}`,
    kind: "lines",
    band: true,
    x: "training samples",
    y: "accuracy, %",
    panels: some.map(({ model }) => panelOf(results, model)),
  }));
}

function panelOf(results: AnswerResults, model: string): Panel {
  const trained = trainedCells(results).filter((cell) => cell.model === model);
  const sources = [...new Set(trained.map(({ trained: { source } }) => source))];
  const start = pointOf(results, 0, trained.slice(0, 1).map(beforeTraining));
  return {
    title: results.labels.models[model]!,
    series: [
      ...sources.map((source) => ({
        name: nameOf(results, model, source),
        points: [
          ...start,
          ...results.sizes.flatMap((size) => pointOf(results, size, trainedOn(results, model, source, size))),
        ],
      })),
      ...baseLine(results, model),
    ],
  };
}

/** A source as this VLM sees it, so that a name means the same in every panel. */
function nameOf({ bases, labels }: AnswerResults, model: string, source: string): string {
  const own = bases[model];
  if (source === own?.source) return "text by its own base LLM";
  return source === own?.checked ? "the same, self-checked" : labels.sources[source]!;
}

/** What the VLM's base language model reaches on captions, at every size. */
function baseLine(results: AnswerResults, model: string) {
  const base = baseCell(results, { model, input: "picture", variant: "plain" });
  const [point] = base ? pointOf(results, 0, [base]) : [];
  const last = results.sizes.at(-1)!;
  return point ? [{ name: "its base LLM, captions", points: [0, last].map((x) => ({ x, y: point.y })) }] : [];
}
