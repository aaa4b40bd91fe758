import { WovError } from "../errors";
import type { Job, JobEvent, JobStatus, Task } from "../runtime/index";
import type { Ran } from "../store/index";
import { isJobStep, type JobStep } from "./queue";
import type { JobNews, Schedule } from "./schedule";

/** A job that an earlier command has submitted, and the steps of this study that it does. */
export interface EarlierJob {
  job: JobStatus;
  steps: JobStep[];
}

/** The states of jobs that are worth following, the best first: of two jobs with the same step, one is enough. */
const ORDER: JobStatus["state"][] = ["running", "done", "queued", "failed", "lost", "cancelled"];

/** Finds the jobs of earlier commands that do steps of this study, and takes those steps from the queue. */
export async function earlierJobs({ runtime, queue }: Schedule): Promise<EarlierJob[]> {
  if (!runtime.detached || !queue.rest().some(isJobStep)) return [];
  const jobs = (await runtime.list()).sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return jobs.flatMap((job) => {
    const steps = queue.takeRuns(Object.values(job.spec.runs));
    return steps.length > 0 ? [{ job, steps }] : [];
  });
}

/** Goes on with a job that an earlier command has submitted; one that failed is begun again. */
export const resumeJob = (schedule: Schedule, { job: { spec }, steps }: EarlierJob): Promise<void> =>
  runJob(schedule, steps, spec);

/**
 * Runs steps of one base model in one job. Each step is completed as soon as its task is done. If the job fails, the
 * step whose task failed is marked as failed, and the steps after it are put back. Never rejects.
 *
 * @param earlier the job, if it was submitted before; it may have further tasks
 */
export async function runJob(
  schedule: Schedule,
  steps: readonly JobStep[],
  earlier?: { job: Job; runs: Record<string, string> },
): Promise<void> {
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
}

/** Submits the job of some steps, and completes each of them when its task is done. */
async function followSteps(
  schedule: Schedule,
  progress: JobProgress,
  steps: readonly JobStep[],
  earlier?: { job: Job; runs: Record<string, string> },
): Promise<void> {
  const { signal, runtime } = schedule;
  const tasks = new Map<string, { task: Task; step: JobStep }>();
  for (const step of steps) {
    progress.current = step;
    step.work.prepare();
    const task = step.work.task();
    tasks.set(task.name, { task, step });
  }
  progress.current = undefined;
  const own = [...tasks.values()].map(({ task }) => task);
  const runs = Object.fromEntries([...tasks].map(([name, { step }]) => [name, step.run.id]));
  const ticket = await runtime.submit(earlier?.job ?? jobOf(runtime, steps[0]!, own), earlier?.runs ?? runs);
  let ran: Ran = { runtime: runtime.label, job: ticket.id, ...(ticket.inputs && { inputs: ticket.inputs }) };
  tell(schedule, steps, "submitted", `job ${ticket.id}`);
  const reported = new Map<JobStep | undefined, Record<string, unknown>>();
  for await (const event of runtime.follow(ticket, signal)) {
    if (event.event === "attempt") {
      const { host, gpus, driver, image } = event;
      ran = { ...ran, host, gpus, driver, image };
    }
    tellOfJob(schedule, progress.unfinished, event, ran);
    const step = tasks.get((event as { task?: string }).task ?? "")?.step;
    if (event.event === "environment" || event.event === "settings") {
      const { event: _, task: __, time: ___, ...facts } = event as Record<string, unknown>;
      reported.set(step, facts);
    }
    if (!step || !progress.unfinished.has(step)) continue;
    progress.current = step;
    forward(schedule, step, event);
    if (event.event !== "done") continue;
    if (step.work.needsMore?.()) progress.again.push(step);
    else complete(schedule, step, event.seconds, { ...reported.get(undefined), ...reported.get(step) }, ran);
    progress.unfinished.delete(step);
    progress.current = undefined;
  }
}

/** The job that does tasks of one base model. */
export const jobOf = ({ threads }: { threads: number }, { work }: JobStep, tasks: Job["tasks"]): Job => {
  const { path, revision, dtype } = work.model;
  return { model: path, revision: revision ?? null, dtype, threads, tasks };
};

function forward({ onEvent }: Schedule, step: JobStep, event: JobEvent): void {
  if (event.event === "task") onEvent({ event: "start", step });
  if (event.event !== "progress") return;
  const { done, total, loss } = event;
  onEvent({ event: "progress", step, done, total, ...(loss !== undefined && { loss }) });
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

function complete(
  { queue, onEvent, runtime, usdPerHour }: Schedule,
  step: JobStep,
  seconds: number,
  settings: Record<string, unknown>,
  ran: Ran,
): void {
  const costUsd = usdPerHour && (usdPerHour * seconds) / 3600;
  const where = runtime.detached && { ran: { ...ran, ...(costUsd && { costUsd }) } };
  step.run.finish({ ...step.work.outcome(), seconds, settings, ...where });
  queue.done(step);
  onEvent({ event: "done", step });
}

/** If no task was running, all steps fail: the cause is what they share, the model or the runtime. */
function failSome({ fail }: Schedule, { unfinished, current }: JobProgress, error: unknown): void {
  for (const step of current ? [current] : [...unfinished]) {
    fail(step, error);
    unfinished.delete(step);
  }
}
