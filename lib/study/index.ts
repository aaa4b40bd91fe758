/** The study: a profile, its steps, what they cost, how they run, what they found. */
export {
  askBenchmark,
  askJudge,
  type BenchmarkAsking,
  type BenchmarkTask,
  benchmarkRequests,
  benchmarkTasks,
  judgeRequests,
  type Sending,
} from "./benchmark-run";
export { agreementOf, askBlind, type BlindAgreement, blindRequests } from "./blind";
export { embeddedTexts, findParaphrases, type Paraphrasing } from "./embed";
export type { Findings, Result, Written } from "./findings";
export { type AskAll, type GeneratedSamples, generateSamples, type SampleGeneration } from "./generate";
export { loadProfile, type Profile } from "./profile";
export { readLetters, readRejected } from "./sample-files";
export type { StudyEvent } from "./schedule";
export { type Group, groups, type Step } from "./step";
export { openStudy, type RunOptions, type Study } from "./study";
export { traceBack } from "./trace";
