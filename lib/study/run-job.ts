import { WovError } from "../errors";
import type { Job, JobEvent, JobStatus } from "../runtime/index";
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
  const { queue, signal, fail, runtime } = schedule;
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
    const runs = Object.fromEntries([...byName].map(([name, { run }]) => [name, run.id]));
    const job = earlier?.job ?? jobOf(runtime, steps[0]!, [...byTask.keys()]);
    const ticket = await runtime.submit(job, earlier?.runs ?? runs);
    let ran: Ran = { runtime: runtime.label, job: ticket.id, ...(ticket.inputs && { inputs: ticket.inputs }) };
    tell(schedule, steps, "submitted", `job ${ticket.id}`);
    for await (const event of runtime.follow(ticket, signal)) {
      if (event.event === "attempt") {
        const { host, gpus, driver, image } = event;
        ran = { ...ran, host, gpus, driver, image };
      }
      tellOfJob(schedule, unfinished, event, ran);
      const step = byName.get((event as { task?: string }).task ?? "");
      if (event.event === "environment" || event.event === "settings") {
        const { event: _, task: __, time: ___, ...facts } = event as Record<string, unknown>;
        reported.set(step, facts);
      }
      if (!step || !unfinished.has(step)) continue;
      current = step;
      if (event.event === "done") {
        if (step.work.needsMore?.()) again.push(step);
        else {
          const settings = { ...reported.get(undefined), ...reported.get(step) };
          step.run.finish({
            ...step.work.outcome(),
            seconds: event.seconds,
            settings,
            ...(runtime.detached && { ran }),
          });
          queue.done(step);
          schedule.onEvent({ event: "done", step });
        }
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

/** If no task was running, all steps fail: the cause is what they share, the model or the runtime. */
function failSome({ fail }: Schedule, unfinished: Set<JobStep>, current: JobStep | undefined, error: unknown): void {
  for (const step of current ? [current] : [...unfinished]) {
    fail(step, error);
    unfinished.delete(step);
  }
}
