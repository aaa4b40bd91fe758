import { meanOf } from "../stats/index";
import { type AnswerResults, type Cell, cellKey, controlSize, type RemadeSource } from "../study/index";
import { type AdjustedComparison, beforeTraining, compareFamily, testNote } from "./cells";
import { accuracy, signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";

const STAR_P = 0.01;

/** A way to use the text of a VLM's own base model: training on it as written, otherwise, or on what is made of it. */
interface Way {
  model: string;
  label: string;
  /** One per training seed. */
  cells: Cell[];
  /** The cells of the text as written; absent for that itself. */
  written?: Cell[];
}

/** What becomes of a source's samples that its model answers otherwise when it is asked again. */
const REMADE: Record<RemadeSource["keep"], string> = {
  majority: "kept where most of its answers agree",
  all: "kept where all of its answers agree",
  relabel: "answers replaced by those it gives most often",
};

/** The ways of a VLM that the study has, first the text as written; last the teacher's text, to compare with. */
function waysOf(results: AnswerResults, model: string): Way[] {
  const { source: own, remade = [] } = results.bases[model]!;
  const size = controlSize(results);
  const way = (label: string, source: string, method?: string): Way => {
    const isOne = ({ model: one, variant, trained }: Cell) =>
      one === model && variant === "plain" && trained?.source === source && trained.method === method;
    return { model, label, cells: results.cells.filter((cell) => isOne(cell) && cell.trained!.size === size) };
  };
  if (own === undefined) return [];
  const methods = Object.entries(results.labels.methods).map(([id, label]) => way(label, own, id));
  const others = [...methods, ...remade.map(({ source, keep }) => way(REMADE[keep], source))];
  const there = others.filter(({ cells }) => cells.length > 0);
  if (there.length === 0) return [];
  const [written, teacher] = [way("as written", own), way("the teacher's text instead", results.teacher)];
  return [written, ...[...there, teacher].map((one) => ({ ...one, written: written.cells }))];
}

const allWays = (results: AnswerResults): Way[] =>
  Object.keys(results.bases).flatMap((model) => waysOf(results, model));

type Pair = readonly [Cell, Cell];
const gainPairs = ({ cells }: Way): Pair[] => cells.map((cell) => [beforeTraining(cell), cell]);
const morePairs = ({ cells, written = [] }: Way): Pair[] =>
  cells.flatMap((cell) =>
    written.filter((one) => one.trained!.seed === cell.trained!.seed).map((one): Pair => [one, cell]),
  );

/** All comparisons that the table shows, by their cells; p is corrected over all. */
function compareAll(results: AnswerResults, ways: readonly Way[]) {
  const pairs = ways.flatMap((way) => [...gainPairs(way), ...morePairs(way)]);
  const keyOf = ([before, after]: Pair) => `${cellKey(before)} ${cellKey(after)}`;
  const compared = compareFamily(results, pairs);
  const byKey = new Map(pairs.map((pair, i) => [keyOf(pair), compared[i]]));
  return { compared, of: (some: readonly Pair[]) => some.flatMap((pair) => byKey.get(keyOf(pair)) ?? []) };
}

/** Whether text of a VLM's own base model, which is wrong in part, can be made more useful. */
export function methodsTable(results: AnswerResults): Table {
  const ways = allWays(results);
  const { compared, of } = compareAll(results, ways);
  const several = results.seeds.length > 1;
  return {
    name: "methods",
    title:
      "How can a model's own text be made more useful? Training on " +
      `${controlSize(results).toLocaleString("en")} samples of the VLM's base model in several ways`,
    note:
      "Gain: points more than before training. More than as written: points more than after training on the same model's text as it wrote it. " +
      (several
        ? `Means over ${results.seeds.length} training seeds, with their range. `
        : `* p < ${STAR_P}. ${testNote(compared)} `) +
      results.evidence,
    columns: [
      { key: "model", label: "Model" },
      { key: "way", label: "Text and training" },
      { key: "accuracy", label: "Accuracy, %", numeric: true },
      { key: "gain", label: "Gain", numeric: true },
      { key: "more", label: "More than as written", numeric: true },
    ],
    rows: ways.map((way) => ({
      model: results.labels.models[way.model]!,
      way: way.label,
      accuracy: meanAccuracy(results, way.cells),
      gain: pointsText(of(gainPairs(way))),
      more: way.written ? pointsText(of(morePairs(way))) : "",
    })),
  };
}

function meanAccuracy(results: AnswerResults, cells: readonly Cell[]): string {
  const found = cells.flatMap((cell) => results.get(cell) ?? []);
  return found.length > 0 ? meanOf(found.map(accuracy)).toFixed(2) : NOT_THERE;
}

/** "+1.7*"; for several seeds "+1.7; +0.9 to +2.2". */
function pointsText(compared: readonly AdjustedComparison[]): string {
  if (compared.length === 0) return NOT_THERE;
  const points = compared.map((one) => one.points);
  if (points.length === 1) return `${signed(points[0]!)}${compared[0]!.adjustedP < STAR_P ? "*" : ""}`;
  return `${signed(meanOf(points))}; ${signed(Math.min(...points))} to ${signed(Math.max(...points))}`;
}

/** How many VLMs gain in each way, and by how much; "" while no number is there. */
export function methodsText(results: AnswerResults): string {
  const ways = allWays(results);
  const { of } = compareAll(results, ways);
  const labels = [...new Set(ways.map(({ label }) => label))];
  const said = labels.flatMap((label) => {
    const means = ways
      .filter((way) => way.label === label)
      .map((way) => of(gainPairs(way)).map(({ points }) => points))
      .flatMap((points) => (points.length > 0 ? [meanOf(points)] : []));
    if (means.length === 0) return [];
    const [low, high] = [signed(Math.min(...means)), signed(Math.max(...means))];
    const gained = means.filter((points) => points > 0).length;
    return [`${label} ${gained} of ${means.length} (${low === high ? low : `${low} to ${high}`})`];
  });
  return said.length > 0 ? `VLMs that gain, and by how many points: ${said.join("; ")}.` : "";
}
