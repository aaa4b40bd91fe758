import { WovError } from "../errors";
import type { JobSpec } from "./inputs";
import type { Job, JobEvent } from "./job";

/** Where jobs run. What a job has done is read from the files that it writes, see `remote/supervise.py`. */
export interface Runtime {
  /** "local", "ssh", "slurm", "ray", "hf-jobs". */
  kind: string;
  /** For people: "local", "ssh gpu1", "ray http://127.0.0.1:8265". */
  label: string;
  /** How many jobs may be submitted at a time. An engine that has a queue takes more than it can run at once. */
  slots(): Promise<number>;
  /** CPU threads per job. */
  threads: number;
  /** Whether jobs go on without the process that submitted them. */
  detached: boolean;
  /**
   * Starts a job, unless it runs or has been done already: the same job never runs twice. One that failed is begun
   * again, and goes on from what it has left.
   *
   * @param runs the id of the run that each task makes, by the task's name: by them a later call finds the job
   */
  submit(job: Job, runs: Record<string, string>): Promise<Ticket>;
  /**
   * A job's events, from its beginning to its end. What a task leaves is in the project's folder before its "done"
   * is given. A job that was lost is started again where that can help, at most MAX_RETRIES times per task.
   *
   * Aborting `signal` ends this, and a job that is not detached.
   *
   * @throws JobError if the job failed or was lost
   */
  follow(ticket: Ticket, signal?: AbortSignal): AsyncIterable<JobEvent>;
  /** Ends a job, whether it waits or runs. */
  cancel(id: string): Promise<void>;
  /** Brings what a job has left so far into the project's folder. */
  collect(ticket: Ticket): Promise<void>;
  /** The jobs whose results have not been brought here yet, or all jobs that this runtime knows of. */
  list(all?: boolean): Promise<JobStatus[]>;
  /** What a job printed to standard error, from a byte on. */
  log(id: string, offset: number): Promise<{ text: string; offset: number }>;
  /**
   * Removes what jobs have left there whose results are here, and inputs that no other job needs. Absent if the
   * runtime keeps nothing, or cannot remove it.
   *
   * @returns how many bytes that were
   */
  clean?(): Promise<number>;
  /** What it has. @throws WovError that says what to do if it cannot be reached */
  describe(): Promise<Description>;
  /** Ends what the runtime itself holds open. */
  close?(): Promise<void>;
}

/** A submitted job. */
export interface Ticket {
  id: string;
  spec: Pick<JobSpec, "job" | "runs" | "outputs">;
  /** The commit that has its inputs, if they were sent as one. */
  inputs?: string;
}

/** "lost": it has no result, and no process works on it. */
export type JobState = "queued" | "running" | "done" | "failed" | "lost" | "cancelled";

/** What is known of a job. Times are in seconds since 1970. */
export interface JobStatus extends Ticket {
  state: JobState;
  submitted: number;
  started?: number;
  ended?: number;
  host?: string;
  gpus?: string[];
  attempts: number;
  /** Seconds without an event or heartbeat, if that is longer than it should be. */
  silent?: number;
  message?: string;
  costUsd?: number;
}

/** Whether a job neither waits nor runs. */
export const isOver = ({ state }: Pick<JobStatus, "state">): boolean => state !== "running" && state !== "queued";

/** What a runtime has. */
export interface Description {
  /** "NVIDIA A100 80GB", once per GPU. */
  gpus: string[];
  free?: number;
  cores?: number;
  usdPerHour?: number;
  /** Anything else that users should know: "queue 'gpu': 3 jobs wait". */
  notes: string[];
}

/** How a job ended without being done. */
export type JobFailure =
  | "failed"
  | "memory"
  | "disk"
  | "killed"
  | "terminated"
  | "cancelled"
  | "no-result"
  | "lost"
  | "time";

/** Failures after which the same job may well succeed. */
const RETRYABLE: readonly JobFailure[] = ["killed", "terminated", "lost"];
/** How often a task is tried again. */
export const MAX_RETRIES = 2;

/** Whether to try again. A job that ran out of time would do so again, unless it has done some of its tasks. */
export const isRetryable = (kind: JobFailure, hasProgressed: boolean): boolean =>
  RETRYABLE.includes(kind) || (kind === "time" && hasProgressed);

const HINTS: Record<JobFailure, string> = {
  failed: "",
  memory: "Take a card with more memory, or a smaller batch",
  disk: "Free some space there (`wov jobs clean`), and run the command again to continue",
  killed: "Take a machine with more memory, or fewer jobs at a time",
  terminated: "Run the command again to continue",
  cancelled: "Run the command again to continue it",
  "no-result": "`wov jobs logs ID` shows what it printed",
  lost: "Its machine may be gone; `wov jobs logs ID` may say why. Run the command again to continue",
  time: "Allow more time in the profile, and run the command again to continue",
};

/** A job that was not done: kind, message, and what to do. */
export class JobError extends WovError {
  constructor(
    readonly kind: JobFailure,
    message: string,
    model: string,
  ) {
    const hint = HINTS[kind];
    super(
      `the job with ${model} ${kind === "failed" ? "failed" : `ended (${kind})`}: ${message}${hint && `. ${hint}`}`,
    );
  }
}
