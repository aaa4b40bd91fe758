/** LoRA settings of a training task. The paper's are in Appendix B.4; it leaves batch, loss and seed open. */
export interface TrainSettings {
  rank: number;
  alpha: number;
  dropout: number;
  learningRate: number;
  epochs: number;
  /** Samples per optimiser step. */
  batch: number;
  scheduler: string;
  seed: number;
  /** "answer": loss on the answer alone; "conversation": on all tokens, as the authors' scripts do. */
  loss: "answer" | "conversation";
}

/** Requests in, replies out; paths are relative to the project's folder. */
export interface PredictTask {
  kind: "predict";
  name: string;
  requests: string;
  records: string;
  adapter: string | null;
  batch: number;
}

/** Prompt-completion lines in, an adapter's folder out. */
export interface TrainTask {
  kind: "train";
  name: string;
  train: string;
  adapter: string;
  log: string;
  settings: TrainSettings;
}

export type Task = PredictTask | TrainTask;

/** The base model of a job. */
export interface JobModel {
  /** A folder relative to the project's, or a name on the Hugging Face Hub. */
  path: string;
  /** Branch, tag or commit on the Hub. */
  revision?: string;
  dtype: string;
}

/**
 * The content of a job file: one base model, and tasks that one process does with it, in order. See `remote/job.py`.
 */
export interface Job {
  model: string;
  revision: string | null;
  dtype: string;
  threads: number;
  tasks: Task[];
}

/** An event of a job: what `remote/job.py` and `remote/supervise.py` report as lines of JSON, and what became of it. */
export type JobEvent =
  | { event: "attempt"; attempt: number; host: string; gpus: string[]; driver: string | null; image: string | null }
  | { event: "queued" }
  | { event: "running" }
  | { event: "end"; kind: string; message: string }
  | { event: "retry"; kind: string; message: string; retry: number }
  | { event: "silent"; seconds: number }
  | { event: "ready"; model: string; revision?: string | null }
  | { event: "environment"; [fact: string]: unknown }
  | { event: "task"; task: string }
  | { event: "settings"; task: string; [setting: string]: unknown }
  | { event: "progress"; task: string; done: number; total: number; loss?: number }
  | { event: "done"; task: string; seconds: number }
  | { event: "error"; message: string; task?: string };
