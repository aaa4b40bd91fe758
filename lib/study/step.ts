import type { Task } from "../runtime/index";
import { type Outcome, type Run, runState } from "../store/index";

/** The parts of the study, in the paper's order. */
export const groups = ["pilot", "synthesis", "training", "controls"] as const;
export type Group = (typeof groups)[number];

/** Work that this process does itself. */
export interface Here {
  kind: "here";
  do(onProgress: (done: number, total: number) => void): Promise<Outcome>;
}

/** Work that a job does over one base model. */
export interface InJob {
  kind: "job";
  /** Folder or Hub name of the base model. */
  base: string;
  /** Writes what the task reads, and says what it is. The parents are complete, or earlier in the same job. */
  task(): Task;
  /** Whether what the finished task left calls for another task of the step. */
  more?(): boolean;
  /** What the finished task left. */
  outcome(): Outcome;
}

/** One thing that costs: the run it leaves, what it needs, and how it is done. */
export interface Step {
  /** "qwen2-vl decides on pictures" */
  name: string;
  group: Group;
  run: Run;
  needs: Step[];
  work: Here | InJob;
}

/** How far a step is: complete, begun, or not begun. */
export const stateOf = (root: string, step: Step) => runState(root, step.run.spec);
