import { comparePaired, type PairedComparison, wilson } from "../stats/index";
import type { AnswerResults, Cell, Result } from "../study/index";
import { NOT_THERE } from "./table";

/** A share as a percentage with two digits after the point, as the paper prints it. */
export const percent = (share: number): number => Number((100 * share).toFixed(2));

/** A share in percent for people: "74.19". */
export const percentText = (share: number, digits = 2): string => (100 * share).toFixed(digits);

/** An interval of a share in percent: "71.62–76.59"; "–" if there are too few items for one. */
export const rangeText = (interval: { low: number; high: number } | null): string =>
  interval ? `${percentText(interval.low)}–${percentText(interval.high)}` : NOT_THERE;

/** Share of right answers, in percent. Unparsed replies count as wrong. */
export const accuracy = ({ correct, items }: Pick<Result, "correct" | "items">): number => percent(correct / items);

/** Wilson's 95 % interval of the accuracy, in percent. */
export function interval({ correct, items }: Pick<Result, "correct" | "items">): { low: number; high: number } {
  const { low, high } = wilson(correct, items);
  return { low: percent(low), high: percent(high) };
}

/** "74.1–78.9" */
export function intervalText(result: Result): string {
  const { low, high } = interval(result);
  return `${low.toFixed(1)}–${high.toFixed(1)}`;
}

/** Two cells compared item by item. */
export interface CellComparison extends PairedComparison {
  before: Cell;
  after: Cell;
  /** Difference in percentage points. */
  points: number;
  /** Items that both saw: the comparison is about these. */
  items: number;
}

/**
 * Compares two cells on the items that both saw; undefined if a result is missing, or they share fewer than two
 * questions.
 */
export function compare(results: AnswerResults, before: Cell, after: Cell): CellComparison | undefined {
  const [was, is] = [results.get(before), results.get(after)];
  if (!was || !is) return undefined;
  const items = results.items.filter(({ index }) => was.letters.has(index) && is.letters.has(index));
  const clusters = items.map(({ index }) => results.clusters.get(index));
  if (new Set(clusters).size < 2) return undefined;
  const right = ({ letters }: Result) => items.map(({ index, gold }) => letters.get(index) === gold);
  const [first, second] = [right(was), right(is)];
  const count = (answers: boolean[]) => answers.filter(Boolean).length;
  return {
    ...comparePaired(first, second, clusters),
    before,
    after,
    points: (100 * (count(second) - count(first))) / items.length,
    items: items.length,
  };
}

/** An interval of a difference in points: "+0.2 to +6.8". */
export const pointsText = ({ low, high }: { low: number; high: number }): string =>
  `${signed(100 * low)} to ${signed(100 * high)}`;

/** "+7.3", "−0.4" */
export const signed = (points: number): string => `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;

/** "0.03", "< 0.0001" */
export const pText = (p: number): string => (p < 0.0001 ? "< 0.0001" : p.toPrecision(2));
