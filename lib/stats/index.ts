/** Pure numbers: intervals and tests. */
export { mcnemarExact } from "./mcnemar";
export { comparePaired, type Paired } from "./paired";
export { type Interval, wilson } from "./wilson";
