import type { JobWork, Step } from "./step";

/** A step whose work is a job. */
export type JobStep = Step & { work: JobWork };
export const isJobStep = (step: Step): step is JobStep => step.work.kind === "job";

/** The steps that are not done, and which of them can start. */
export interface StepQueue {
  /** Takes the next inline step that can start in this kind of slot. */
  nextInline(uses: Step["uses"]): Step | undefined;
  /**
   * Takes up to `max` steps for one job, of the base model with the most that can start; a step may follow its parent.
   */
  nextJob(max: number): JobStep[];
  /**
   * Takes the job steps that make some runs, for a job that was submitted earlier; none if not all that they need can
   * be there.
   */
  takeRuns(runs: readonly string[]): JobStep[];
  /** Marks a step as done: steps that waited for it may start. */
  done(step: Step): void;
  /** Puts back a step that was taken and did not finish. */
  putBack(step: Step): void;
  /** Steps that were never taken, or were put back. */
  rest(): Step[];
}

/**
 * Two steps with the same run count as one: two names for the same model make such steps.
 *
 * @param steps parents before children; `isDone` says which of them need not run
 */
export function createQueue(steps: readonly Step[], isDone: (step: Step) => boolean): StepQueue {
  const keys = new Map(steps.map((step) => [step, step.run.id]));
  const keyOf = (step: Step) => keys.get(step) ?? step.run.id;
  const done = new Set<string>();
  const waiting = new Map<string, Step>();
  for (const step of steps) {
    if (isDone(step)) done.add(keyOf(step));
    else if (!waiting.has(keyOf(step))) waiting.set(keyOf(step), step);
  }
  const order = new Map([...waiting.keys()].map((key, i) => [key, i]));
  const children = new Map<string, Step[]>();
  for (const step of waiting.values())
    for (const need of step.needs) {
      const list = children.get(keyOf(need));
      if (list) list.push(step);
      else children.set(keyOf(need), [step]);
    }
  const childrenOf = (step: Step) => children.get(keyOf(step)) ?? [];
  const canStart = (step: Step) => step.needs.every((need) => done.has(keyOf(need)));
  const ready = new Set([...waiting.values()].filter(canStart));

  const take = <T extends Step>(step: T): T => {
    ready.delete(step);
    waiting.delete(keyOf(step));
    return step;
  };
  /** Adds a step, and behind it those that may follow it in the same job. */
  const addChain = (step: JobStep, taken: Map<string, JobStep>, max: number): void => {
    if (taken.size >= max) return;
    taken.set(keyOf(step), step);
    const isAvailable = (need: Step) => done.has(keyOf(need)) || taken.has(keyOf(need));
    for (const child of childrenOf(step))
      if (isJobStep(child) && waiting.has(keyOf(child)) && !taken.has(keyOf(child)))
        if (modelKey(child) === modelKey(step) && child.needs.every(isAvailable)) addChain(child, taken, max);
  };
  return {
    nextInline(uses) {
      for (const step of ready) if (step.work.kind === "inline" && step.uses === uses) return take(step);
      return undefined;
    },
    nextJob(max) {
      const chains = new Map<string, Map<string, JobStep>>();
      const inOrder = [...ready].filter(isJobStep).sort((a, b) => order.get(keyOf(a))! - order.get(keyOf(b))!);
      for (const step of inOrder) {
        const taken = chains.get(modelKey(step)) ?? new Map<string, JobStep>();
        chains.set(modelKey(step), taken);
        addChain(step, taken, max);
      }
      const [longest] = [...chains.values()].sort((a, b) => b.size - a.size);
      return [...(longest?.values() ?? [])].map(take);
    },
    takeRuns(runs) {
      const steps = runs.map((run) => waiting.get(run)).filter((step) => step !== undefined);
      const there = new Set(runs);
      const isThere = (need: Step) => done.has(keyOf(need)) || there.has(keyOf(need));
      if (!steps.every((step) => isJobStep(step) && step.needs.every(isThere))) return [];
      return steps.filter(isJobStep).map(take);
    },
    done(step) {
      done.add(keyOf(step));
      for (const child of childrenOf(step)) if (waiting.has(keyOf(child)) && canStart(child)) ready.add(child);
    },
    putBack(step) {
      waiting.set(keyOf(step), step);
      if (canStart(step)) ready.add(step);
    },
    rest: () => [...waiting.values()],
  };
}

/** Steps with equal keys can be done by one process. */
const modelKey = ({ work: { model } }: JobStep) => `${model.path} ${model.revision ?? ""} ${model.dtype}`;
