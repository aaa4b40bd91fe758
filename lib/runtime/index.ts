/** Jobs, and where they run. */
export { CARDS_FILE, type Card, loadCards } from "./cards";
export type { Job, JobEvent, JobModel, PredictTask, Task, TrainSettings, TrainTask } from "./job";
export { createLocalRuntime } from "./local";
export type { JobHandle, Runtime } from "./runtime";
