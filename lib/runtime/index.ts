/** Jobs, and where they run. */
export type { Job, JobEvent, JobModel, PredictTask, Task, TrainSettings, TrainTask } from "./job";
export { createLocalRuntime } from "./local";
export { ended, venvProgram } from "./python";
export type { JobHandle, Runtime } from "./runtime";
