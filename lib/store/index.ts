/** Runs: folders named by what determines them, records appended, the manifest last. */
export { canonicalJson, hashOf, sha256 } from "./canonical";
export { completeRun } from "./complete";
export { type Environment, environment } from "./environment";
export { type FoundRun, listRuns, runState } from "./list";
export { lockStudy } from "./lock";
export type { Manifest } from "./manifest";
export { appendRecords, dropTornLine, readRecords } from "./records";
export { type Outcome, openRun, type Run } from "./run";
export { hashInId, type RunSpec, specHash, toRunName } from "./spec";
