/** The study: a profile, its steps, what they cost, how they run, what they found. */
export {
  askBenchmark,
  type BenchmarkAsking,
  type BenchmarkTask,
  benchmarkRequests,
  benchmarkTasks,
} from "./benchmark-run";
export type { Findings, Result, Written } from "./findings";
export { loadProfile, type Profile } from "./profile";
export type { StudyEvent } from "./schedule";
export { type Group, groups, type Step } from "./step";
export { openStudy, type RunOptions, type Study } from "./study";
export { traceBack } from "./trace";
export type { Rejection } from "./writing";
