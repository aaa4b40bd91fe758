import type { Budget, Request } from "../ask/index";
import type { JobModel, Task } from "../runtime/index";
import { type Outcome, openRun, type Run, type RunSpec, runState } from "../store/index";
import type { Dataset, PromptCompletion } from "../synthesis/index";
import type { Backend } from "./backend";
import type { Inputs } from "./inputs";

/** The parts of the study, in the paper's order; "variants" goes beyond it. */
export const groups = ["pilot", "synthesis", "training", "controls", "variants"] as const;
export type Group = (typeof groups)[number];

/** What a running step may use. */
export interface WorkContext {
  signal: AbortSignal;
  budget?: Budget;
  onProgress(done: number, total: number): void;
  /** What a person should know while it goes on. */
  onNotice?(message: string): void;
}

/** Work that this process does itself. */
export interface InlineWork {
  kind: "inline";
  run(context: WorkContext): Promise<Outcome>;
}

/** Work that a job does with one base model. */
export interface JobWork {
  kind: "job";
  model: JobModel;
  /** Writes what the task reads. The parents are complete, or earlier in the same job. */
  prepare(): void;
  task(): Task;
  /** Whether the step needs another task after the finished one. */
  needsMore?(): boolean;
  /** The outcome of the finished task. */
  outcome(): Outcome;
}

/** What a step will take, as far as it can be known before it runs. */
export type Forecast =
  | {
      kind: "requests";
      backend: Backend;
      /** All requests, or a few of `count` that are alike. */
      requests: Request[];
      count: number;
      /** The most that may be sent, where more may be needed. */
      most?: number;
      /** A reply as long as most will be. */
      typicalReply: string;
    }
  | {
      kind: "training";
      /** Id of the base model in the profile. */
      model: string;
      /** All lines of the training text, or a few of `count` that are alike. */
      lines: PromptCompletion[];
      count: number;
      epochs: number;
      batch: number;
    };

/** A unit of work: the run that it makes, the steps that it needs, and how it is done. */
export interface Step {
  /** "qwen2-vl decides on pictures" */
  name: string;
  group: Group;
  run: Run;
  needs: Step[];
  /** Which slots it occupies while it runs. */
  uses: "cpu" | "gpu" | "api";
  work: InlineWork | JobWork;
  /** Who answers, if the step asks a model. */
  backend?: Backend;
  /** What the step reads, if it is a dataset that exists already. */
  dataset?: Dataset;
  /** For steps that ask or train. @param inputs results of earlier steps, or what is assumed of them */
  forecast?(inputs: Inputs): Forecast;
  /** Whether a run that can grow holds enough; by default a complete run does. */
  isEnough?(): boolean;
}

/** "damaged": a file of the finished run is missing or was changed. */
export type StepState = "done" | "begun" | "new" | "damaged";

/** A step that this process does itself on a CPU. */
export function inlineStep(
  root: string,
  options: Pick<Step, "name" | "group" | "needs"> & {
    /** Kind and name of the run, and what determines it besides the steps of `needs`. */
    run: Omit<RunSpec, "parents">;
    work(run: Run, context: WorkContext): Promise<Outcome>;
  },
): Step {
  const { name, group, needs, work } = options;
  const run = openRun(root, { ...options.run, parents: needs.map((need) => need.run.id) });
  return { name, group, needs, run, uses: "cpu", work: { kind: "inline", run: (context) => work(run, context) } };
}

/** The state of a step. */
export function stateOf(root: string, step: Step): StepState {
  const state = runState(root, step.run.spec);
  return state === "done" && step.isEnough && !step.isEnough() ? "begun" : state;
}

/** Steps and all steps that they need, parents first, each once. */
export function withNeeds(steps: readonly Step[]): Step[] {
  const ordered = new Set<Step>();
  const visit = (step: Step) => {
    if (ordered.has(step)) return;
    step.needs.forEach(visit);
    ordered.add(step);
  };
  steps.forEach(visit);
  return [...ordered];
}
