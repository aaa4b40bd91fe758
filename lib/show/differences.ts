import {
  compareOverSeeds,
  comparePaired,
  holm,
  meanOf,
  type PairedComparison,
  type SeedsComparison,
} from "../stats/index";
import { type AnswerResults, type Cell, cellKey, type ItemFacts, type Result } from "../study/index";
import { pText, signed } from "./numbers";
import { NOT_THERE } from "./table";

/** Cells that differ in their training seed alone; one cell if it was not trained. */
export type Seeds = readonly Cell[];

/** The difference of two systems on the same items, over the seeds that both have. In points, if it is not a share. */
export interface Difference {
  before: Seeds;
  after: Seeds;
  /** Mean over seeds. */
  points: number;
  /** 95 %, over items and, if there are several, over seeds. */
  low: number;
  high: number;
  /** By seed. */
  bySeed: number[];
  p: number;
  test: "mcnemar-exact" | "clustered sign-flip" | "t over items and seeds";
  /** Items that all cells saw: the comparison is about these. */
  items: number;
  /** Items gained and lost, mean over seeds. */
  gained: number;
  lost: number;
  /** How sure the mean is, with items and seeds apart. */
  shares: SeedsComparison;
}

/** A difference with its p corrected by Holm over all that it is shown with. */
export type AdjustedDifference = Difference & { adjustedP: number };

/**
 * Compares two systems item by item, and seed by seed where both were trained. Undefined if no seed has both results, or
 * they share fewer than two questions.
 */
export function difference(results: AnswerResults, before: Seeds, after: Seeds): Difference | undefined {
  const pairs = pairSeeds(results, before, after);
  if (pairs.length === 0) return undefined;
  const known = computed.get(results) ?? new Map<string, Difference | undefined>();
  computed.set(results, known);
  const key = JSON.stringify(pairs.map((pair) => pair.map(({ cell, run }) => [cellKey(cell), run])));
  if (!known.has(key)) known.set(key, compareSeeds(results, pairs));
  return known.get(key);
}

/** What was computed already: many tables and sentences are about the same differences. */
const computed = new WeakMap<AnswerResults, Map<string, Difference | undefined>>();

function compareSeeds(results: AnswerResults, pairs: readonly [Result, Result][]): Difference | undefined {
  const [were, are] = [pairs.map(([was]) => was), pairs.map(([, is]) => is)];
  const items = results.items.filter(({ index }) => [...were, ...are].every(({ letters }) => letters.has(index)));
  const clusters = items.map(({ index }) => results.clusters.get(index));
  if (new Set(clusters).size < 2) return undefined;
  const right = (result: Result) => items.map((item) => isRight(result, item));
  const shares = compareOverSeeds(were.map(right), are.map(right), clusters);
  const changed = (from: boolean) =>
    meanOf(
      pairs.map(
        ([was, is]) => items.filter((item) => isRight(was, item) === from && isRight(is, item) !== from).length,
      ),
    );
  const { low, high } = shares.both ?? shares.items;
  return {
    ...{ before: were.map(({ cell }) => cell), after: are.map(({ cell }) => cell), shares, items: items.length },
    ...{ points: 100 * shares.mean, low: 100 * low, high: 100 * high, bySeed: shares.bySeed.map((one) => 100 * one) },
    ...{ gained: changed(false), lost: changed(true) },
    ...(shares.p === undefined
      ? testOf(comparePaired(right(were[0]!), right(are[0]!), clusters))
      : { p: shares.p, test: "t over items and seeds" }),
  };
}

const isRight = ({ letters }: Result, { index, gold }: ItemFacts): boolean => letters.get(index) === gold;

const testOf = ({ p, test }: PairedComparison) => ({ p, test });

/** The results to compare: by seed if both sides were trained, or that of an untrained model with each. */
function pairSeeds(results: AnswerResults, before: Seeds, after: Seeds): [Result, Result][] {
  const seedOf = ({ trained }: Cell) => trained?.seed;
  return after.flatMap((cell) => {
    const other = before.find((one) => !one.trained || !cell.trained || seedOf(one) === seedOf(cell));
    const [was, is] = [other && results.get(other), results.get(cell)];
    return was && is ? [[was, is] as [Result, Result]] : [];
  });
}

/** Several differences, with p corrected by Holm over all of them; undefined where `difference` is. */
export function differences(
  results: AnswerResults,
  pairs: readonly (readonly [before: Seeds, after: Seeds])[],
): (AdjustedDifference | undefined)[] {
  const found = pairs.map(([before, after]) => difference(results, before, after));
  const there = found.filter((one) => one !== undefined);
  const adjusted = holm(there.map(({ p }) => p));
  return found.map((one) => one && { ...one, adjustedP: adjusted[there.indexOf(one)]! });
}

/** Says how the p values and intervals of a table were computed. */
export function differencesNote(found: readonly (Difference | undefined)[]): string {
  const there = found.filter((one) => one !== undefined);
  if (there.length === 0) return "";
  const tests = new Set(there.map(({ test }) => test));
  const names = [
    tests.has("mcnemar-exact") ? "exact McNemar test" : [],
    tests.has("clustered sign-flip") ? "sign-flip test over clusters of repeated questions" : [],
    tests.has("t over items and seeds")
      ? "t test of the mean over seeds, its variance being that over items plus that over seeds"
      : [],
  ].flat();
  const intervals = tests.has("t over items and seeds")
    ? "Intervals: 95 %, over items and training seeds, not corrected for their number. "
    : "";
  return (
    `${intervals}p: ${names.join(", or ")}, ` +
    `with Holm's correction over the ${there.length} comparison${there.length > 1 ? "s" : ""} in this table.`
  );
}

/** "+7.3", or "–". */
export const differenceText = (found: Difference | undefined): string => (found ? signed(found.points) : NOT_THERE);

/** "+2.1 to +8.4", or "–". */
export const rangeOfPoints = (found: { low: number; high: number } | undefined): string =>
  found ? `${signed(found.low)} to ${signed(found.high)}` : NOT_THERE;

/** "< 0.0001", or "–". */
export const adjustedText = (found: AdjustedDifference | undefined): string =>
  found ? pText(found.adjustedP) : NOT_THERE;

/** The mean accuracy of cells that have a result, in percent; "–" if none has. */
export function meanAccuracy(results: AnswerResults, cells: Seeds): string {
  const found = cells.flatMap((cell) => results.get(cell) ?? []);
  return found.length > 0 ? (100 * meanOf(found.map(({ correct, items }) => correct / items))).toFixed(2) : NOT_THERE;
}
