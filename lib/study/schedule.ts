import { cpus } from "node:os";
import { type Job, type JobEvent, runLocally } from "../runtime/index";
import type { Profile } from "./profile";
import { type InJob, type Step, stateOf } from "./step";

/** What happens while a study runs. */
export type StudyEvent =
  | { event: "start"; step: Step }
  | { event: "progress"; step: Step; done: number; total: number }
  | { event: "done"; step: Step };

/**
 * Tasks that one job takes at the most. A job loads Python and its model once (6 to 10 s), but what it has
 * taken no other process can do.
 */
const TASKS_PER_JOB = 6;

/**
 * Runs the steps that are not done, each after its parents: those of this process at once, the others in jobs
 * by base model, as many side by side as the machine has cores for.
 */
export async function runSteps(
  root: string,
  profile: Profile,
  steps: readonly Step[],
  onEvent: (event: StudyEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  const todo = new Set(steps.filter((step) => stateOf(root, step) !== "done"));
  const done = (step: Step) => stateOf(root, step) === "done";
  const running = new Set<Promise<void>>();
  const slots = Math.max(1, Math.floor(cpus().length / profile.runtime.threads));
  let jobs = 0;
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const launch = (work: Promise<void>) => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  try {
    while (todo.size > 0 || running.size > 0) {
      either.throwIfAborted();
      for (const step of [...todo].filter((s) => s.work.kind === "here" && s.needs.every(done))) {
        todo.delete(step);
        await doHere(step, onEvent);
      }
      while (running.size < slots) {
        const tasks = nextJob([...todo], done);
        if (tasks.length === 0) break;
        for (const step of tasks) todo.delete(step);
        const again = (step: Step) => void todo.add(step);
        launch(
          doJob({ root, profile, steps: tasks, name: `${process.pid}-${++jobs}`, onEvent, again, signal: either }),
        );
      }
      if (running.size > 0) await Promise.race(running);
      else if (todo.size > 0 && ![...todo].some((s) => s.needs.every(done)))
        throw new Error(`no step can begin: ${[...todo].map((s) => s.name).join("; ")}`);
    }
  } catch (error) {
    stop.abort(); // a failed step ends the others' processes; what they have written stays
    await Promise.allSettled(running);
    throw error;
  }
}

async function doHere(step: Step, onEvent: (event: StudyEvent) => void): Promise<void> {
  if (step.work.kind !== "here") return;
  onEvent({ event: "start", step });
  step.run.begin();
  const outcome = await step.work.do((done, total) => onEvent({ event: "progress", step, done, total }));
  step.run.finish(outcome);
  onEvent({ event: "done", step });
}

/**
 * The tasks of the next job: of the base model with most that can be done, up to the limit. A step may follow
 * its parent within the job.
 */
function nextJob(todo: Step[], done: (step: Step) => boolean): Step[] {
  const byBase = new Map<string, Step[]>();
  for (const step of todo) {
    if (step.work.kind !== "job") continue;
    const taken = byBase.get(step.work.base) ?? [];
    if (step.needs.every((need) => done(need) || taken.includes(need))) byBase.set(step.work.base, [...taken, step]);
  }
  const [most] = [...byBase.values()].sort((a, b) => b.length - a.length);
  return (most ?? []).slice(0, TASKS_PER_JOB);
}

interface Doing {
  root: string;
  profile: Profile;
  steps: Step[];
  name: string;
  onEvent: (event: StudyEvent) => void;
  /** Hears of a step that wants another task. */
  again: (step: Step) => void;
  signal: AbortSignal;
}

async function doJob({ root, profile, steps, name, onEvent, again, signal }: Doing): Promise<void> {
  for (const step of steps) step.run.begin();
  const works = new Map(steps.map((step) => [step, step.work as InJob]));
  const tasks = new Map(steps.map((step) => [works.get(step)!.task(), step]));
  const byName = new Map([...tasks].map(([task, step]) => [task.name, step]));
  const job: Job = { model: works.get(steps[0]!)!.base, ...profile.runtime, tasks: [...tasks.keys()] };
  const onJob = (event: JobEvent) => {
    const step = "task" in event ? byName.get(event.task) : undefined;
    if (!step) return;
    if (event.event === "task") onEvent({ event: "start", step });
    if (event.event === "progress") onEvent({ event: "progress", step, done: event.done, total: event.total });
    if (event.event === "done") {
      if (works.get(step)!.more?.()) return again(step);
      step.run.finish({ ...works.get(step)!.outcome(), seconds: event.seconds });
      onEvent({ event: "done", step });
    }
  };
  await runLocally(root, job, name, onJob, signal);
}
