import { WovError } from "../errors";
import type { Job, JobEvent } from "../runtime/index";
import type { JobStep } from "./queue";
import type { Schedule } from "./schedule";

/**
 * Runs steps of one base model in one job. Each step is completed as soon as its task is done. If the job fails, the
 * step whose task failed is marked as failed, and the steps after it are put back. Never rejects.
 */
export async function runJob(schedule: Schedule, steps: readonly JobStep[]): Promise<void> {
  const { queue, signal, fail } = schedule;
  const unfinished = new Set(steps);
  const again: JobStep[] = [];
  const releases: (() => void)[] = [];
  const reported = new Map<JobStep | undefined, Record<string, unknown>>();
  let current: JobStep | undefined;
  try {
    for (const step of steps) {
      current = step;
      releases.push(step.run.lock());
    }
    const byTask = new Map(
      steps.map((step) => {
        current = step;
        step.work.prepare();
        return [step.work.task(), step] as const;
      }),
    );
    current = undefined;
    const byName = new Map([...byTask].map(([task, step]) => [task.name, step]));
    for await (const event of schedule.runtime
      .submit(jobOf(schedule.runtime, steps[0]!, [...byTask.keys()]))
      .events(signal)) {
      const step = byName.get((event as { task?: string }).task ?? "");
      if (event.event === "environment" || event.event === "settings") {
        const { event: _, task: __, ...facts } = event as Record<string, unknown>;
        reported.set(step, facts);
      }
      if (!step) continue;
      current = step;
      if (event.event === "done") {
        if (step.work.needsMore?.()) again.push(step);
        else complete(schedule, step, event.seconds, { ...reported.get(undefined), ...reported.get(step) });
        unfinished.delete(step);
        current = undefined;
      } else forward(schedule, step, event);
    }
    for (const step of unfinished) fail(step, new WovError("the job ended before the step was done"));
  } catch (error) {
    if (!signal?.aborted) failSome(schedule, unfinished, current, error);
    for (const step of unfinished) queue.putBack(step);
  } finally {
    for (const release of releases) release();
    for (const step of again) queue.putBack(step);
  }
}

/** The job that does tasks of one base model. */
export const jobOf = ({ threads }: { threads: number }, { work }: JobStep, tasks: Job["tasks"]): Job => {
  const { path, revision, dtype } = work.model;
  return { model: path, revision: revision ?? null, dtype, threads, tasks };
};

function forward({ onEvent }: Schedule, step: JobStep, event: JobEvent): void {
  if (event.event === "task") onEvent({ event: "start", step });
  if (event.event === "progress") onEvent({ event: "progress", step, done: event.done, total: event.total });
}

function complete(
  { queue, onEvent }: Schedule,
  step: JobStep,
  seconds: number,
  settings: Record<string, unknown>,
): void {
  step.run.finish({ ...step.work.outcome(), seconds, settings });
  queue.done(step);
  onEvent({ event: "done", step });
}

/** If no task was running, all steps fail: the cause is what they share, the model or the runtime. */
function failSome({ fail }: Schedule, unfinished: Set<JobStep>, current: JobStep | undefined, error: unknown): void {
  for (const step of current ? [current] : [...unfinished]) {
    fail(step, error);
    unfinished.delete(step);
  }
}
