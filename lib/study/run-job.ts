import { WovError } from "../errors";
import {
  type Job,
  JobError,
  type JobEvent,
  type JobStatus,
  outputsOf,
  type Task,
  TEMPLATE_DATE,
  type Ticket,
} from "../runtime/index";
import type { Ran } from "../store/index";
import { isJobStep, type JobStep } from "./queue";
import { createReported } from "./reported";
import type { JobNews, Schedule } from "./schedule";

/** A job that an earlier command has submitted, and the steps of this study that it does. */
export interface EarlierJob {
  ticket: Ticket;
  steps: JobStep[];
}

/** The states of jobs that can be followed, the best first: of two jobs with the same step, one is enough. */
const FOLLOWED: JobStatus["state"][] = ["running", "done", "queued"];

/**
 * Finds the jobs of earlier commands that do steps of this study, and takes those steps from the queue. What a job that
 * failed has left is brought here: the next job goes on from that.
 */
export async function earlierJobs({ runtime, queue }: Schedule): Promise<EarlierJob[]> {
  if (!runtime.detached || !queue.rest().some(isJobStep)) return [];
  const jobs = await runtime.list();
  const open = new Set(queue.rest().map(({ run }) => run.id));
  for (const job of jobs.filter(({ state }) => !FOLLOWED.includes(state))) await runtime.collect(narrow(job, open));
  return FOLLOWED.flatMap((state) => jobs.filter((job) => job.state === state)).flatMap((job) => {
    const steps = queue.takeRuns(Object.values(job.spec.runs));
    return steps.length > 0 ? [{ ticket: narrow(job, new Set(steps.map(({ run }) => run.id))), steps }] : [];
  });
}

/** The ticket with the tasks of some runs alone: only what these leave is brought here. */
function narrow({ id, spec: { job, runs } }: Ticket, wanted: ReadonlySet<string>): Ticket {
  const tasks = job.tasks.filter(({ name }) => wanted.has(runs[name] ?? ""));
  return { id, spec: { job: { ...job, tasks }, runs, outputs: tasks.flatMap(outputsOf) } };
}

/**
 * Runs steps of one base model in one job. Each step is completed as soon as its task is done. If the job fails, the
 * step whose task failed is marked as failed, and the steps after it are put back. Never rejects.
 *
 * @param earlier the ticket of the job, if it was submitted before
 */
export async function runJob(schedule: Schedule, steps: readonly JobStep[], earlier?: Ticket): Promise<void> {
  const { queue, signal, fail } = schedule;
  const progress: JobProgress = { unfinished: new Set(steps), again: [] };
  const releases: (() => void)[] = [];
  try {
    for (const step of steps) {
      progress.current = step;
      releases.push(step.run.lock());
    }
    await followSteps(schedule, progress, steps, earlier);
    for (const step of progress.unfinished) fail(step, new WovError("the job ended before the step was done"));
  } catch (error) {
    if (!signal?.aborted) failSome(schedule, progress, error);
    for (const step of progress.unfinished) queue.putBack(step);
  } finally {
    for (const release of releases) release();
    for (const step of progress.again) queue.putBack(step);
  }
}

/** How far a job is. */
interface JobProgress {
  unfinished: Set<JobStep>;
  /** Steps that need another task. */
  again: JobStep[];
  /** The step that an error belongs to. */
  current?: JobStep;
  /** Whether the job may go on although it is not followed any more. */
  mayGoOn?: boolean;
}

/** Follows the job of some steps, and completes each of them when its task is done. */
async function followSteps(
  schedule: Schedule,
  progress: JobProgress,
  steps: readonly JobStep[],
  earlier?: Ticket,
): Promise<void> {
  const { signal, runtime } = schedule;
  const ticket = earlier ?? (await submit(schedule, progress, steps));
  progress.mayGoOn = runtime.detached;
  const byRun = new Map(steps.map((step) => [step.run.id, step]));
  let ran: Ran = { runtime: runtime.label, job: ticket.id, ...(ticket.inputs && { inputs: ticket.inputs }) };
  tell(schedule, steps, "submitted", `job ${ticket.id}`);
  const reported = createReported();
  for await (const event of runtime.follow(ticket, signal)) {
    if (event.event === "attempt") {
      const { host, gpus, driver, image } = event;
      ran = { ...ran, host, gpus, driver, image };
    }
    tellOfJob(schedule, progress.unfinished, event, ran);
    // By the run, since a step may have another name than when the job was submitted.
    const step = byRun.get(ticket.spec.runs[(event as { task?: string }).task ?? ""] ?? "");
    reported.add(step, event);
    if (event.event === "warning")
      schedule.onEvent({ event: "warning", step: step ?? steps[0]!, message: event.message });
    if (!step || !progress.unfinished.has(step)) continue;
    progress.current = step;
    forward(schedule, step, event);
    if (event.event !== "done") continue;
    finish(schedule, progress, step, event.seconds, { settings: reported.of(step), ran });
    progress.current = undefined;
  }
  progress.mayGoOn = false;
}

async function submit({ runtime }: Schedule, progress: JobProgress, steps: readonly JobStep[]): Promise<Ticket> {
  const tasks: Task[] = [];
  const runs: Record<string, string> = {};
  for (const step of steps) {
    progress.current = step;
    step.work.prepare();
    const task = step.work.task();
    tasks.push(task);
    runs[task.name] = step.run.id;
  }
  progress.current = undefined;
  return runtime.submit(jobOf(runtime, steps[0]!, tasks), runs);
}

/** The job that does tasks of one base model. */
export const jobOf = ({ threads }: { threads: number }, { work }: JobStep, tasks: Job["tasks"]): Job => {
  const { path, revision, dtype } = work.model;
  return { model: path, revision: revision ?? null, dtype, date: TEMPLATE_DATE, threads, tasks };
};

function forward({ onEvent }: Schedule, step: JobStep, event: JobEvent): void {
  if (event.event === "task") onEvent({ event: "start", step });
  if (event.event !== "progress") return;
  const { event: _, task: __, ...facts } = event;
  onEvent({ event: "progress", step, ...facts });
}

const tell = (
  { onEvent, runtime }: Schedule,
  steps: Iterable<JobStep>,
  state: JobNews["state"],
  text: string,
): void => {
  if (!runtime.detached) return; // nothing that its steps do not say themselves
  for (const step of steps) onEvent({ event: "job", step, runtime: runtime.label, state, text });
};

/** Tells of what concerns a whole job, for each of its steps that are left. */
function tellOfJob(schedule: Schedule, steps: ReadonlySet<JobStep>, event: JobEvent, { host, gpus = [] }: Ran): void {
  const on = [host, ...new Set(gpus)].filter(Boolean).join(", ");
  if (event.event === "queued") tell(schedule, steps, "queued", on);
  if (event.event === "running") tell(schedule, steps, "running", on);
  if (event.event === "silent")
    tell(schedule, steps, "silent", `no sign of life for ${Math.round(event.seconds / 60)} min, see \`wov jobs\``);
  if (event.event === "retry") tell(schedule, steps, "retry", `${event.message}; started again (${event.retry})`);
}

/** Completes a step whose task is done. If that fails, the job still goes on with its other tasks. */
function finish(
  { queue, onEvent, runtime, usdPerHour, fail }: Schedule,
  { unfinished, again }: JobProgress,
  step: JobStep,
  seconds: number,
  { settings, ran }: { settings: Record<string, unknown>; ran: Ran },
): void {
  unfinished.delete(step);
  try {
    if (step.work.needsMore?.()) return void again.push(step);
    const costUsd = usdPerHour && (usdPerHour * seconds) / 3600;
    const where = runtime.detached && { ran: { ...ran, ...(costUsd && { costUsd }) } };
    step.run.finish({ ...step.work.outcome(), seconds, settings, ...where });
  } catch (error) {
    fail(step, error);
    return;
  }
  queue.done(step);
  onEvent({ event: "done", step });
}

/**
 * If no task was running, all steps fail: the cause is what they share, the model or the runtime. They also do if the
 * job may go on, since another job would do the same at the same time; and if it was cancelled, since nobody wants one.
 */
function failSome({ fail }: Schedule, { unfinished, current, mayGoOn }: JobProgress, error: unknown): void {
  const hasEnded = error instanceof JobError && error.kind !== "cancelled";
  const isAlone = current !== undefined && (hasEnded || !mayGoOn);
  for (const step of isAlone ? [current] : [...unfinished]) {
    fail(step, error);
    unfinished.delete(step);
  }
}
