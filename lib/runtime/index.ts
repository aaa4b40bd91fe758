/** Jobs, and where they run. */
export { CARDS_FILE, type Card, loadCards } from "./cards";
export { isDetached, type RuntimeConfig, runtimeSchema } from "./config";
export { inheritedEnvironment } from "./environment";
export { checkpointOf, outputsOf } from "./inputs";
export type {
  Job,
  JobEvent,
  JobModel,
  LikelihoodOf,
  PredictTask,
  Task,
  TrainLayout,
  TrainSettings,
  TrainTask,
} from "./job";
export { TEMPLATE_DATE } from "./job";
export { createLocalRuntime } from "./local";
export { openRuntime } from "./open";
export {
  type Description,
  isOver,
  JobError,
  type JobState,
  type JobStatus,
  type Runtime,
  type Ticket,
} from "./runtime";
