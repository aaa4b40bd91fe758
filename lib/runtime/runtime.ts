import type { Job, JobEvent } from "./job";

/** Where jobs run. */
export interface Runtime {
  /** How many jobs can run at the same time. */
  slots: number;
  /** CPU threads per job. */
  threads: number;
  /** Starts a job; the same job never runs twice at the same time. */
  submit(job: Job): JobHandle;
}

/** A submitted job. */
export interface JobHandle {
  /**
   * The job's events, until it has ended. Aborting `signal` ends the job.
   *
   * @throws WovError with the job's own message, if it fails
   */
  events(signal?: AbortSignal): AsyncIterable<JobEvent>;
}
