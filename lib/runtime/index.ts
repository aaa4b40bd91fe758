/** Jobs, and where they run. */
export type { Job, JobEvent, PredictTask, Task, TrainSettings, TrainTask } from "./job";
export { runLocally } from "./local";
