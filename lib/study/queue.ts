import type { JobWork, Step } from "./step";

/** A job step, told apart by its kind of work. */
export type JobStep = Step & { work: JobWork };
export const isJobStep = (step: Step): step is JobStep => step.work.kind === "job";

/** The steps that are not done, and which of them can start. */
export interface StepQueue {
  /** Inline steps whose needs are done, of a kind of slot. */
  nextInline(uses: Step["uses"]): Step | undefined;
  /** Steps for one job: of the base model with most that can be done, up to `max`; a step may follow its parent. */
  nextJob(max: number): JobStep[];
  /** Marks a step as done: steps that waited for it may start. */
  done(step: Step): void;
  /** Puts a step back that was taken and did not finish. */
  putBack(step: Step): void;
  /** Steps that were never taken, or were put back. */
  rest(): Step[];
}

/** @param steps parents before children; `isDone` says which of them need not run */
export function createQueue(steps: readonly Step[], isDone: (step: Step) => boolean): StepQueue {
  const done = new Set(steps.filter(isDone));
  const waiting = new Set(steps.filter((step) => !done.has(step)));
  const order = new Map(steps.map((step, i) => [step, i]));
  const children = new Map<Step, Step[]>();
  for (const step of waiting)
    for (const need of step.needs) {
      const list = children.get(need);
      if (list) list.push(step);
      else children.set(need, [step]);
    }
  const canStart = (step: Step) => step.needs.every((need) => done.has(need));
  const ready = new Set([...waiting].filter(canStart));

  const take = (step: Step) => {
    ready.delete(step);
    waiting.delete(step);
    return step;
  };
  /** A step and, behind it, those that may follow it in the same job. */
  const addChain = (step: JobStep, taken: Set<JobStep>, max: number): void => {
    if (taken.size >= max) return;
    taken.add(step);
    for (const child of children.get(step) ?? [])
      if (isJobStep(child) && waiting.has(child) && modelKey(child) === modelKey(step) && !taken.has(child))
        if (child.needs.every((need) => done.has(need) || taken.has(need as JobStep))) addChain(child, taken, max);
  };
  return {
    nextInline(uses) {
      for (const step of ready) if (step.work.kind === "inline" && step.uses === uses) return take(step);
      return undefined;
    },
    nextJob(max) {
      const chains = new Map<string, Set<JobStep>>();
      for (const step of [...ready].filter(isJobStep).sort((a, b) => order.get(a)! - order.get(b)!)) {
        const taken = chains.get(modelKey(step)) ?? new Set();
        chains.set(modelKey(step), taken);
        addChain(step, taken, max);
      }
      const [most] = [...chains.values()].sort((a, b) => b.size - a.size);
      return [...(most ?? [])].map((step) => take(step) as JobStep);
    },
    done(step) {
      done.add(step);
      for (const child of children.get(step) ?? []) if (waiting.has(child) && canStart(child)) ready.add(child);
    },
    putBack(step) {
      waiting.add(step);
      if (canStart(step)) ready.add(step);
    },
    rest: () => [...waiting],
  };
}

/** Steps with equal keys can be done by one process. */
const modelKey = ({ work: { model } }: JobStep) => `${model.path} ${model.revision ?? ""} ${model.dtype}`;
