import type { AnswerResults } from "../study/index";
import { beforeTraining, isOwn, ownSources, sizesFor, trainedCells, trainedOn, vlmCells } from "./cells";
import {
  adjustedText,
  type Difference,
  differences,
  differencesNote,
  differenceText,
  rangeOfPoints,
  type Seeds,
} from "./differences";
import { signed } from "./numbers";
import { NOT_THERE, type Table } from "./table";

/*
 * Self-improvement (paper, Appendix C). Strict: the text is by the VLM's own base language model. Broad: by the base model
 * of another VLM, which is of similar size; what counts is that no larger teacher was needed.
 */

const CLEAR_P = 0.05;

/** What a VLM was trained on at one size: strictly its own text, and text of other base models. */
interface Line {
  model: string;
  size: number;
  source: string;
  kind: "strict" | "broad";
  cells: Seeds;
}

/** The sources that are text of the base model of any VLM, as written, checked, or otherwise made from it. */
const baseSources = (results: AnswerResults): Set<string> =>
  new Set(Object.keys(results.bases).flatMap((model) => ownSources(results, model)));

/** All trainings on text of base models, at the largest size that the VLM's own text has, or else another's. */
function lines(results: AnswerResults): Line[] {
  const bases = baseSources(results);
  return vlmCells(results).flatMap(({ model }) => {
    const sizes = (sources: Iterable<string>) => [...sources].flatMap((source) => sizesFor(results, model, source));
    const own = sizes(ownSources(results, model));
    const size = Math.max(...(own.length > 0 ? own : sizes(bases)));
    const trained = trainedCells(results).filter((cell) => cell.model === model && cell.trained.size === size);
    const sources = [...new Set(trained.map(({ trained: { source } }) => source))].filter(
      (source) => source !== results.teacher && bases.has(source),
    );
    return sources
      .map(
        (source): Line => ({
          ...{ model, size, source, kind: isOwn(results, model, source) ? "strict" : "broad" },
          cells: trainedOn(results, model, source, size),
        }),
      )
      .sort((a, b) => Number(a.kind === "broad") - Number(b.kind === "broad"));
  });
}

const gainsOf = (results: AnswerResults, all: readonly Line[]) =>
  differences(
    results,
    all.map(({ cells }) => [[beforeTraining(cells[0]!)], cells] as const),
  );

/** Strict against broad self-improvement: what each VLM gains by its own base model's text, and by another's. */
export function selfImprovementTable(results: AnswerResults): Table {
  const all = lines(results);
  const gains = gainsOf(results, all);
  const toTeacher = differences(
    results,
    all.map(({ model, size, cells }) => [trainedOn(results, model, results.teacher, size), cells] as const),
  );
  return {
    name: "self-improvement",
    title: "Self-improvement in the strict and in the broad sense",
    note:
      "Strict: the text is by the VLM's own base language model. Broad: it is by another VLM's base model, which is no " +
      "larger teacher either (paper, Appendix C). At the largest size that the VLM's own text has, or else another's. " +
      `${differencesNote(gains)} ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "kind", label: "Sense" },
      { key: "source", label: "Source of the text" },
      { key: "size", label: "Samples", numeric: true },
      { key: "gain", label: "Gain, points", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "p", label: "p (Holm)", numeric: true },
      { key: "teacher", label: "Against the teacher's text, points", numeric: true },
      { key: "teacherInterval", label: "95 % interval" },
    ],
    rows: all.map(({ model, size, source, kind }, i) => ({
      ...{ model: results.labels.models[model]!, kind, source: results.labels.sources[source]! },
      size: size.toLocaleString("en"),
      gain: differenceText(gains[i]),
      interval: rangeOfPoints(gains[i]),
      p: adjustedText(gains[i]),
      teacher: differenceText(toTeacher[i]),
      teacherInterval: toTeacher[i] ? rangeOfPoints(toTeacher[i]) : NOT_THERE,
    })),
  };
}

/** On how many VLMs self-improvement is seen, in each sense, and whether it matters whose text it is. */
export function selfImprovementText(results: AnswerResults): string {
  const all = lines(results);
  const gains = gainsOf(results, all);
  const kinds = (["strict", "broad"] as const).flatMap((kind) => {
    const found = all.flatMap((line, i) => (line.kind === kind && gains[i] ? [gains[i]] : []));
    if (found.length === 0) return [];
    const clear = found.filter(({ points, adjustedP }) => points > 0 && adjustedP < CLEAR_P).length;
    const name = kind === "strict" ? "the VLM's own base model" : "another VLM's base model";
    return [
      `Text by ${name} raises accuracy clearly in ${clear} of ${found.length} trainings (${fromTo(found)} points).`,
    ];
  });
  return [...kinds, strictAgainstBroad(results, all)].filter(Boolean).join(" ");
}

function strictAgainstBroad(results: AnswerResults, all: readonly Line[]): string {
  const pairs = all
    .filter(({ kind }) => kind === "broad")
    .flatMap((broad) =>
      all
        .filter((line) => line.kind === "strict" && line.model === broad.model)
        .map((strict) => [broad.cells, strict.cells] as const),
    );
  const found = differences(results, pairs).filter((one) => one !== undefined);
  if (found.length === 0) return "";
  const clear = (sign: number) =>
    found.filter(({ points, adjustedP }) => sign * points > 0 && adjustedP < CLEAR_P).length;
  return (
    `At equal size, the own base model's text is clearly better than another's in ${clear(1)} of ${found.length} ` +
    `comparisons, and clearly worse in ${clear(-1)} (${fromTo(found)} points).`
  );
}

function fromTo(found: readonly Difference[]): string {
  const points = found.map((one) => one.points);
  const [low, high] = [signed(Math.min(...points)), signed(Math.max(...points))];
  return low === high ? low : `${low} to ${high}`;
}
