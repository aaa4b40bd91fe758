import { varianceOf } from "../stats/index";
import type { AnswerResults } from "../study/index";
import { beforeTraining, largestOf, ownSources, sizesFor, trainedOn, vlmCells } from "./cells";
import { type Difference, difference, differenceText, rangeOfPoints, type Seeds } from "./differences";
import { NOT_THERE, type Table } from "./table";

/** A difference that one wants to read from the study, and how far training seeds alone move it. */
interface Reading {
  model: string;
  what: string;
  found: Difference | undefined;
}

/** The differences that the study is about, for each VLM: gain, amount of text, whose text, and checking it. */
function readings(results: AnswerResults): Reading[] {
  const { teacher, sizes, labels, bases } = results;
  return vlmCells(results).flatMap(({ model }) => {
    const on = (source: string | undefined, size: number | undefined) => trainedOn(results, model, source, size);
    const name = (source: string) => labels.sources[source]!;
    const text = (size: number | undefined) => size?.toLocaleString("en") ?? "";
    const one = (what: string, before: Seeds, after: Seeds): Reading[] =>
      before.length > 0 && after.length > 0 ? [{ model, what, found: difference(results, before, after) }] : [];
    const largest = largestOf(results, model, teacher);
    const { source: written, checked } = bases[model] ?? {};
    const common = sizesFor(results, model, checked)
      .filter((size) => on(written, size).length > 0)
      .at(-1);
    return [
      ...one(
        `${name(teacher)}, ${text(sizes.at(-1))}, against before training`,
        largest.slice(0, 1).map(beforeTraining),
        largest,
      ),
      ...sizes
        .slice(1)
        .flatMap((size, i) =>
          one(`${name(teacher)}, ${text(size)} against ${text(sizes[i])}`, on(teacher, sizes[i]), on(teacher, size)),
        ),
      ...ownSources(results, model).flatMap((source) => {
        const size = sizesFor(results, model, source).at(-1);
        return one(`${name(source)} against ${name(teacher)}, ${text(size)}`, on(teacher, size), on(source, size));
      }),
      ...(checked
        ? one(`${name(checked)} against as written, ${text(common)}`, on(written, common), on(checked, common))
        : []),
    ];
  });
}

const spreadOf = ({ bySeed }: Difference): number => Math.max(...bySeed) - Math.min(...bySeed);
const isSmall = (found: Difference): boolean => Math.abs(found.points) < spreadOf(found);
const several = ({ bySeed }: Difference): boolean => bySeed.length > 1;

/** The noise between training seeds beside the differences that one wants to read. */
export function noiseTable(results: AnswerResults): Table {
  return {
    name: "noise",
    title: "What is chance? Differences that one wants to read, and how far training seeds alone move them",
    note:
      "Spread: the highest minus the lowest of the seeds. A difference smaller than its spread cannot be read from a single training. Interval: 95 %, over items and seeds. " +
      `Deviation: standard deviation between seeds. ${results.evidence}`,
    columns: [
      { key: "model", label: "Model" },
      { key: "what", label: "Difference" },
      { key: "seeds", label: "Seeds", numeric: true },
      { key: "points", label: "Mean, points", numeric: true },
      { key: "interval", label: "95 % interval" },
      { key: "range", label: "Lowest to highest seed" },
      { key: "spread", label: "Spread", numeric: true },
      { key: "deviation", label: "Deviation", numeric: true },
      { key: "smaller", label: "Smaller than the spread?" },
    ],
    rows: readings(results)
      .filter(({ found }) => !found || several(found))
      .map(({ model, what, found }) => ({
        ...{ model: results.labels.models[model]!, what, seeds: found?.bySeed.length ?? 0 },
        ...{ points: differenceText(found), interval: rangeOfPoints(found) },
        range: found ? rangeOfPoints({ low: Math.min(...found.bySeed), high: Math.max(...found.bySeed) }) : NOT_THERE,
        spread: found ? spreadOf(found).toFixed(1) : NOT_THERE,
        deviation: found ? deviation(found.bySeed).toFixed(1) : NOT_THERE,
        smaller: found ? (isSmall(found) ? "yes" : "no") : NOT_THERE,
      })),
  };
}

/** "4 of 6 differences are smaller than the spread between seeds"; "" with a single seed. */
export function noiseText(results: AnswerResults): string {
  const found = readings(results).flatMap((one) =>
    one.found && several(one.found) ? [{ ...one, found: one.found }] : [],
  );
  if (found.length === 0) return "";
  const small = found.filter((one) => isSmall(one.found));
  const seeds = Math.max(...found.map((one) => one.found.bySeed.length));
  const deviations = found.map((one) => deviation(one.found.bySeed));
  const typical = deviations.sort((a, b) => a - b)[Math.floor(deviations.length / 2)]!;
  const named = [...new Set(small.map(({ model }) => results.labels.models[model]))].join("; ");
  return (
    `${small.length} of ${found.length} differences are smaller than the spread between ${seeds} seeds` +
    `${small.length > 0 ? ` (${named}): they cannot be read from one training each` : ""}. ` +
    `Between seeds, a difference typically deviates by ${typical.toFixed(1)} points.`
  );
}

const deviation = (values: readonly number[]): number => Math.sqrt(varianceOf(values));
