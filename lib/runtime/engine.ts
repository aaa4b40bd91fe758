import type { Description } from "./runtime";

/** What an engine says of a job; it serves liveness only, the job's own files say the rest. */
export type EngineState = "queued" | "running" | "gone";

/** Starts processes beside a workspace: on a machine, or through a cluster's scheduler. */
export interface Engine {
  /** For people: "ssh gpu1", "slurm partition gpu". */
  label: string;
  /** How many jobs may be submitted at a time. */
  slots(): Promise<number>;
  /**
   * Starts the supervisor of a job. If an earlier call has started the same attempt, nothing is started.
   *
   * @returns the engine's id of the job, by which it is asked later
   */
  start(job: EngineJob): Promise<string>;
  /** The states of jobs by the ids that `start` returned; one that it does not know is "gone". */
  states(ids: readonly string[]): Promise<Map<string, EngineState>>;
  /** Ends a job that waits, and helps to end one that runs. Its supervisor has been told already. */
  cancel(id: string): Promise<void>;
  /** What it has. */
  describe(): Promise<Description>;
}

/** What an engine is to start. */
export interface EngineJob {
  /** The job's id. */
  id: string;
  /** Counted from 1; engines that refuse a second job of a name use it in the name. */
  attempt: number;
  /** The job's folder and the workspace, as the machines that run it see them. */
  folder: string;
  workspace: string;
  /** The program and its arguments. */
  command: string[];
  threads: number;
  /**
   * Secrets that the job needs. An engine that cannot pass them on without writing them down leaves them out: the job
   * finds the user's own there, such as the token that `hf auth login` has saved.
   */
  secrets: Record<string, string>;
}
