import type { Job, JobEvent } from "./job";

/** Where jobs run. */
export interface Runtime {
  /** Jobs that can run side by side. */
  slots: number;
  /** CPU threads per job. */
  threads: number;
  /** Starts a job; the same job is never started twice at a time. */
  submit(job: Job): JobHandle;
}

/** A job that was submitted. */
export interface JobHandle {
  /**
   * What the job reports, until it has ended. When `signal` is aborted, the job is ended.
   *
   * @throws WovError with what the job said, when it fails
   */
  events(signal?: AbortSignal): AsyncIterable<JobEvent>;
}
