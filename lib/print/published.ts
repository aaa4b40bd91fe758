import type { Published, PublishedNumber } from "../published/index";
import { type Figure, type Point, publishedFigure, publishedTable1, type Table } from "../show/index";
import { wilson } from "../stats/index";

const NOTE = "The paper's numbers; 95 % intervals (Wilson) are computed from its totals.";
const BASES: Record<string, string> = { Mllama: "Llama-3.1", "Qwen2-VL": "Qwen2", "LLaVA-OneVision": "Qwen2" };

const at = ({ numbers }: Published, place: string) => numbers.filter((one) => one.place === place);

/** Table 1 of the paper, under a title that says what it is about. */
export const publishedPilotTable = (published: Published): Table => ({
  ...publishedTable1(published),
  title: `Table 1 of the paper: accuracy of language models on captions and of VLMs on pictures (${published.items.toLocaleString("en")} items)`,
});

/** Table 2 of the paper, as printed, with each model's accuracy before training. */
export function publishedTable2(published: Published): Table {
  const all = at(published, "Table 2");
  const sizes = [...new Set(all.map(({ size }) => size!))];
  const rows = new Map(all.map((one) => [JSON.stringify([one.model, one.source]), one]));
  const before = new Map(at(published, "Table 1").map(({ model, accuracy }) => [model, accuracy.toFixed(2)]));
  const value = ({ model, source }: PublishedNumber, size: number) =>
    all.find((one) => one.model === model && one.source === source && one.size === size)!.accuracy.toFixed(2);
  return {
    name: "published-table2",
    title:
      "Table 2 of the paper: accuracy on pictures (%) after training on text alone, by source and number of samples",
    note: NOTE.replace(/;.*/, "."),
    columns: [
      { key: "model", label: "Model" },
      { key: "before", label: "Before", numeric: true },
      { key: "source", label: "Source" },
      ...sizes.map((size) => ({ key: String(size), label: size.toLocaleString("en"), numeric: true })),
    ],
    rows: [...rows.values()].map((row) => ({
      model: row.model,
      before: before.get(row.model)!,
      source: row.source!,
      ...Object.fromEntries(sizes.map((size) => [size, value(row, size)])),
    })),
  };
}

function pointOf({ items }: Published, x: string, { accuracy, correct }: PublishedNumber): Point {
  const { low, high } = wilson(correct, items);
  const rounded = (share: number) => Number((100 * share).toFixed(2));
  return { x, y: accuracy, low: rounded(low), high: rounded(high) };
}

const barsOf = (name: string, title: string, series: Figure["panels"][number]["series"]): Figure => ({
  name,
  title,
  note: NOTE,
  kind: "bars",
  x: "vision-language model",
  y: "accuracy, %",
  panels: [{ title: "", series }],
});

/** The paper's pilot study as bars: each VLM, and its base language model. */
export function publishedPilot(published: Published): Figure {
  const of = (model: string) => at(published, "Table 1").find((one) => one.model === model)!;
  const vlms = Object.keys(BASES);
  return barsOf(
    "published-pilot",
    "The paper's pilot study: each VLM on pictures, and its base language model on captions",
    [
      { name: "VLM, pictures", points: vlms.map((vlm) => pointOf(published, vlm, of(vlm))) },
      { name: "its base LLM, captions", points: vlms.map((vlm) => pointOf(published, vlm, of(BASES[vlm]!))) },
    ],
  );
}

/** Table 2 of the paper as lines; with bands like those of the study's own, since whiskers of two lines hide each other. */
export function publishedGrowth(published: Published): Figure {
  const figure = publishedFigure(published);
  return { ...figure, band: true, note: figure.note.replace("Whiskers", "Bands") };
}

/** Figure 2 of the paper, from its numbers. */
export function publishedFigure2(published: Published): Figure {
  const points = (place: string) => at(published, place).map((one) => pointOf(published, one.model, one));
  const [after] = at(published, "Figure 2, after");
  return barsOf(
    "published-figure2",
    "Figure 2 of the paper: VLMs on pictures, before and after training on text alone",
    [
      { name: "before", points: points("Figure 2, before") },
      {
        name: `after ${after!.size!.toLocaleString("en")} samples from ${after!.source}`,
        points: points("Figure 2, after"),
      },
    ],
  );
}

/** The paper's bars and this study's in one figure: the same series, each in a panel of its own. */
export function sideBySide(paper: Figure, study: Figure): Figure {
  const named = (figure: Figure, title: string) => ({
    title,
    series: figure.panels[0]!.series.map(({ points }, s) => ({ points, name: shortName(study, s) })),
  });
  const samples = [paper, study].map((figure) => figure.panels[0]!.series[1]!.name);
  return {
    ...study,
    note:
      `${paper.note} This study: ${study.note}` +
      (samples[0] === samples[1]
        ? ""
        : ` After: ${samples.map((text) => text.replace(/^after /, "")).join(" (the paper), ")} (this study).`),
    panels: [named(paper, "the paper"), named(study, "this study")],
  };
}

const shortName = ({ panels }: Figure, s: number) =>
  panels[0]!.series[s]!.name.replace(/^after .*/, "after training on text");
