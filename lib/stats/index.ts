/** Pure numbers: intervals and tests. */
export { clusteredBootstrap, clusteredMean, type Estimate } from "./clustered";
export { holm } from "./holm";
export { mcnemarExact } from "./mcnemar";
export { comparePaired, type Paired } from "./paired";
export { detectableDifference } from "./power";
export { signFlipExact } from "./sign-flip";
export { boundPaired, compareUnpaired, type PairedBounds, type Unpaired } from "./unpaired";
export { type Interval, wilson } from "./wilson";
