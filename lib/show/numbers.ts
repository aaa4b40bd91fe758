import { comparePaired, type Paired, wilson } from "../stats/index";
import type { Findings, Result } from "../study/index";

/** A share as a percentage with two digits after the point, as the paper prints it. */
export const percent = (share: number): number => Number((100 * share).toFixed(2));

/** A share in percent for people: "74.19". */
export const percentText = (share: number, digits = 2): string => (100 * share).toFixed(digits);

/** An interval of a share in percent: "71.62–76.59"; "–" where there are too few items for one. */
export const rangeText = (interval: { low: number; high: number } | null): string =>
  interval ? `${percentText(interval.low)}–${percentText(interval.high)}` : "–";

/** Share of right answers, in percent. An unparsed reply is a wrong one. */
export const accuracy = ({ correct, items }: Result): number => percent(correct / items);

/** Wilson's 95 % interval of the accuracy, in percent. */
export function interval({ correct, items }: Result): { low: number; high: number } {
  const { low, high } = wilson(correct, items);
  return { low: percent(low), high: percent(high) };
}

/** "74.1–78.9" */
export function intervalText(result: Result): string {
  const { low, high } = interval(result);
  return `${low.toFixed(1)}–${high.toFixed(1)}`;
}

/** Two results on the same items, compared item by item; `points` is the difference in percentage points. */
export function compare(findings: Findings, before: Result, after: Result): Paired & { points: number } {
  const right = (result: Result) => findings.items.map((item, i) => result.letters[i] === item.gold);
  const points = Number((accuracy(after) - accuracy(before)).toFixed(2));
  return { ...comparePaired(right(before), right(after)), points };
}

/** "+7.3", "-0.4" */
export const signed = (points: number): string => `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;

/** "0.03", "< 0.0001" */
export const pText = (p: number): string => (p < 0.0001 ? "< 0.0001" : p.toPrecision(2));
