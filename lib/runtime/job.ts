/** What is trained: LoRA settings of a task. The paper's are in Appendix B.4; it leaves batch, loss and seed open. */
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
  /** Optimiser steps in which the learning rate rises. */
  warmup: number;
  /** The adapter after the last step, or the one with the lowest validation loss. */
  keep: "last" | "best";
}

/** How a training is done. None of it changes what is computed. */
export interface TrainLayout {
  /** Samples per forward and backward pass; null for as many as fit. */
  microBatch: number | null;
  /** Whether activations are computed again rather than kept; null for what fits. */
  gradientCheckpointing: boolean | null;
  /** Whether samples share a row without padding. */
  packing: "auto" | "on" | "off";
  /** Processes, each with a GPU, that train one adapter together. */
  processes: number;
}

/** Requests in, replies out; paths are relative to the project's folder. */
export interface PredictTask {
  kind: "predict";
  name: string;
  requests: string;
  records: string;
  adapter: string | null;
  /** The most requests that are answered together. */
  batch: number;
  /** The most tokens of a batch, with padding and new tokens; no limit by default. */
  tokens?: number;
  /** Log-probabilities that replies have beside them, and the file of options that they are about. */
  likelihood?: LikelihoodOf;
  options?: string;
}

/** Of each option's letter as the beginning of the reply, or also of its text; see `remote/likelihood.py`. */
export type LikelihoodOf = "letter" | "text";

/** Prompt-completion lines in, an adapter's folder out. */
export interface TrainTask {
  kind: "train";
  name: string;
  train: string;
  /** Samples on which the training is watched. */
  validation: string | null;
  adapter: string;
  log: string;
  settings: TrainSettings & TrainLayout;
}

export type Task = PredictTask | TrainTask;

/** What chat templates show as today, so that results do not change by the day: the date of Llama's own templates. */
export const TEMPLATE_DATE = "26 Jul 2024";

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
  /** What chat templates show as today: "26 Jul 2024". */
  date: string;
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
  /** `tokens`: read or written so far by the process that does the task. `time`: in seconds since 1970. */
  | { event: "progress"; task: string; done: number; total: number; loss?: number; tokens?: number; time?: number }
  /** What the user should know, also what libraries warn of. */
  | { event: "warning"; message: string; task?: string }
  | { event: "done"; task: string; seconds: number }
  | { event: "error"; message: string; task?: string };
