/** Runs: folders named by what determines them. Records are appended, and the manifest is written last. */
export { canonicalJson, hashOf, sha256 } from "./canonical";
export { checkRun, listProblems, type RunState } from "./check";
export { completeRun } from "./complete";
export { onDisk, writeJson } from "./disk";
export { type Environment, environment } from "./environment";
export { hashFile, type Problem } from "./files";
export { type FoundRun, listRunIds, listRuns } from "./list";
export { InUseError, lockStudy } from "./lock";
export type { Manifest, Ran } from "./manifest";
export { appendRecords, dropTornLine, readRecords, streamRecords } from "./records";
export { type Repair, repairRun } from "./repair";
export { type Outcome, openRun, type Run, runState } from "./run";
export { hashInId, nameInId, type RunSpec, specHash, toRunName } from "./spec";
