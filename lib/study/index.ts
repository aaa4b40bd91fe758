/** The study: a profile, its steps, how they run, and their results. */
export { type AskStep, requestsStep } from "./ask-step";
export { type Backend, endpointBackend } from "./backend";
export { benchmarkFile } from "./benchmark-step";
export { type BenchmarkTask, benchmarkTaskSteps, benchmarkTasks } from "./benchmark-tasks";
export { agreementOf, type BlindAgreement, blindRequests } from "./blind";
export { type Cell, captionCell, cellKey, OWN_LABELS, pictureCell, type TrainingKey, type Variant } from "./cells";
export { embeddedTexts, findParaphrases, type ParaphraseSearch } from "./embed";
export { type SourceOptions, type SourceSteps, sourceSteps } from "./generation";
export { loadProfile, type Profile } from "./profile";
export type { LossCurve, Result, Results } from "./results";
export { readLetters, readRejected } from "./sample-files";
export { runStep, type StudyEvent } from "./schedule";
export type { SourceReport } from "./source-report";
export { type Group, groups, type Step, type StepState } from "./step";
export { openStudy, type RunOptions, type Study } from "./study";
export { traceBack } from "./trace";
