/** Intervals and tests, as pure functions of numbers. */
export { clusteredBootstrap, clusteredMean, type Estimate } from "./clustered";
export { holm } from "./holm";
export { mcnemarExact } from "./mcnemar";
export { meanOf, varianceOf } from "./mean";
export { comparePaired, type PairedComparison } from "./paired";
export { detectableDifference } from "./power";
export { ratioOverSeeds } from "./ratio";
export { compareOverSeeds, type SeedsComparison } from "./seeds";
export { signFlipExact } from "./sign-flip";
export { tTest } from "./t-test";
export {
  boundPaired,
  compareUnpaired,
  newcombe,
  type PairedBounds,
  type Proportion,
  type UnpairedComparison,
} from "./unpaired";
export { type Interval, wilson } from "./wilson";
