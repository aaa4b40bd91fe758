import { setTimeout as sleep } from "node:timers/promises";
import { type Budget, describeCounts } from "../ask/index";
import { WovError } from "../errors";
import type { Runtime } from "../runtime/index";
import { InUseError } from "../store/index";
import { createQueue, isJobStep, type StepQueue } from "./queue";
import { earlierJobs, runJob } from "./run-job";
import { type InlineWork, type Step, stateOf, type WorkContext } from "./step";

/** What becomes of a step's job. */
export interface JobNews {
  event: "job";
  step: Step;
  runtime: string;
  /** It was submitted, waits, runs, gives no sign of life, or is started again. */
  state: "submitted" | "queued" | "running" | "silent" | "retry";
  /** Where, or why. */
  text: string;
}

/** An event while steps run. */
export type StudyEvent =
  | { event: "start"; step: Step }
  /**
   * `loss`: the training loss since the last such event, in nats per token. `tokens`: read or written so far by a job's
   * process, which has said so at `time`, in seconds since 1970.
   */
  | { event: "progress"; step: Step; done: number; total: number; loss?: number; tokens?: number; time?: number }
  /** What the user should know, also what a job's libraries warn of. */
  | { event: "warning"; step: Step; message: string }
  | JobNews
  | { event: "done"; step: Step }
  | { event: "failed"; step: Step; error: Error };

/** Which steps run, where, and who is told about it. */
export interface ScheduleOptions {
  root: string;
  runtime: Runtime;
  /** What the runtime's machines cost, if it rents them. */
  usdPerHour?: number;
  /** Parents before children. */
  steps: readonly Step[];
  budget?: Budget;
  signal?: AbortSignal;
  onEvent?(event: StudyEvent): void;
}

/** The state that the loop shares with the jobs that it starts. */
export interface Schedule extends ScheduleOptions {
  queue: StepQueue;
  /** How many jobs may be submitted at a time. */
  slots: number;
  onEvent(event: StudyEvent): void;
  fail(step: Step, error: unknown): void;
}

/** How long a step on the CPU, which takes seconds, waits for a process that does the same step. */
const LONGEST_WAIT_MS = 30_000;
const RETRY_MS = 100;

/**
 * Tasks per job. A job loads Python and its model only once (6 to 10 s for tiny models, minutes for large ones), but no
 * other process can do the tasks that it has taken: so the more slots there are, the smaller the smallest job. Two are
 * a training and its prediction.
 */
const TASKS_PER_JOB = { min: 2, minInOneSlot: 6, max: 12 };
/** Maximum API steps at a time; each has its own limit on requests in flight. */
const API_SLOTS = 8;

/**
 * Runs the steps that are not done, each after the steps that it needs: inline and API steps beside jobs, each kind in
 * its own slots. A step that fails does not stop the steps that do not need it.
 *
 * @throws WovError that lists the failed steps and those that need them, after all others are done
 */
export async function runSteps(options: ScheduleOptions): Promise<void> {
  const { root, runtime, steps, signal } = options;
  /** Ends the loop's wait, since a step that is done in a job may let others start before the job ends. */
  let wake = () => {};
  const onEvent = (event: StudyEvent) => {
    options.onEvent?.(event);
    if (event.event !== "done") return;
    for (const message of notesOn(event.step)) options.onEvent?.({ event: "warning", step: event.step, message });
    wake();
  };
  const failed = new Map<Step, Error>();
  const fail = (step: Step, error: unknown) => {
    failed.set(step, error as Error);
    onEvent({ event: "failed", step, error: error as Error });
  };
  const states = new Map(steps.map((step) => [step, stateOf(root, step)]));
  for (const [step, state] of states) if (state === "damaged") fail(step, damageOf(step));
  const queue = createQueue(
    steps.filter((step) => !failed.has(step)),
    (step) => states.get(step) === "done",
  );
  const slots = queue.rest().some(isJobStep) ? await runtime.slots() : 1;
  const schedule: Schedule = { ...options, queue, slots, onEvent, fail };
  const free = { cpu: 1, api: API_SLOTS, gpu: slots };
  const running = new Set<Promise<void>>();
  const launch = (slot: keyof typeof free, work: Promise<void>) => {
    free[slot]--;
    const tracked: Promise<void> = work.finally(() => {
      free[slot]++;
      running.delete(tracked);
    });
    running.add(tracked);
  };
  for (const { ticket, steps: taken } of await earlierJobs(schedule)) launch("gpu", runJob(schedule, taken, ticket));
  for (;;) {
    if (!signal?.aborted) startAll(schedule, free, launch);
    if (running.size === 0) break;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await Promise.race([...running, woken]);
  }
  signal?.throwIfAborted();
  if (failed.size > 0) throw new WovError(failureText(failed, queue.rest()), 1, { cause: [...failed.values()][0] });
  if (queue.rest().length > 0) throw new Error(`no step can start: ${namesOf(queue.rest())}`);
}

/** Starts all steps that can start now, as far as there are free slots. */
function startAll(
  schedule: Schedule,
  free: Record<Step["uses"], number>,
  launch: (slot: Step["uses"], work: Promise<void>) => void,
): void {
  for (const uses of ["api", "cpu"] as const)
    while (free[uses] > 0) {
      const step = schedule.queue.nextInline(uses);
      if (!step) break;
      launch(uses, runInline(schedule, step));
    }
  while (free.gpu > 0) {
    const steps = schedule.queue.nextJob(tasksPerJob(schedule));
    if (steps.length === 0) break;
    launch("gpu", runJob(schedule, steps));
  }
}

/** Half of an equal share of what is left: larger jobs at first, smaller ones later, so that all slots end together. */
function tasksPerJob({ queue, slots }: Schedule): number {
  const left = queue.rest().filter(isJobStep).length;
  const min = Math.max(TASKS_PER_JOB.min, Math.ceil(TASKS_PER_JOB.minInOneSlot / slots));
  return Math.max(min, Math.min(TASKS_PER_JOB.max, Math.ceil(left / (2 * slots))));
}

async function runInline(schedule: Schedule, step: Step): Promise<void> {
  const { budget, signal = new AbortController().signal, onEvent, queue } = schedule;
  onEvent({ event: "start", step });
  const onProgress = (done: number, total: number) => onEvent({ event: "progress", step, done, total });
  const onNotice = (message: string) => onEvent({ event: "warning", step, message });
  try {
    await runStep(step, { signal, budget, onProgress, onNotice });
    queue.done(step);
    onEvent({ event: "done", step });
  } catch (error) {
    if (signal.aborted) queue.putBack(step);
    else schedule.fail(step, error);
  }
}

/** What a person should know of the replies of a finished step. */
export const notesOn = ({ backend, run }: Step, advice?: string): string[] =>
  backend ? describeCounts(run.manifest()?.counts ?? {}, advice) : [];

/** Runs an inline step and completes its run, which is locked meanwhile. */
export async function runStep(step: Step, context: WorkContext): Promise<void> {
  const { run, work, isEnough } = step;
  const isDone = () => run.complete() && (!isEnough || isEnough());
  if (isDone()) return;
  const release = await lockWhenFree(step, context.signal);
  try {
    if (isDone()) return; // another process has completed it meanwhile
    if (!isEnough) run.begin(); // a run that grows may be complete: its work reopens it
    run.finish(await (work as InlineWork).run(context));
  } finally {
    release();
  }
}

/** Locks the run of a step. A process that does the same work on its CPU, such as reading a benchmark, is waited for. */
async function lockWhenFree({ run, uses }: Step, signal: AbortSignal): Promise<() => void> {
  const deadline = Date.now() + (uses === "cpu" ? LONGEST_WAIT_MS : 0);
  for (;;) {
    try {
      return run.lock();
    } catch (error) {
      if (!(error instanceof InUseError) || Date.now() >= deadline) throw error;
    }
    await sleep(RETRY_MS, undefined, { signal });
  }
}

/** The store's error for a damaged run. */
function damageOf(step: Step): Error {
  try {
    step.run.verify();
  } catch (error) {
    return error as Error;
  }
  return new WovError(`${step.run.id} is damaged`);
}

const MAX_LISTED = 5;
const namesOf = (steps: readonly Step[]) =>
  `${steps
    .slice(0, MAX_LISTED)
    .map(({ name }) => name)
    .join("; ")}${steps.length > MAX_LISTED ? "; …" : ""}`;

function failureText(failed: ReadonlyMap<Step, Error>, rest: readonly Step[]): string {
  const lines = [...failed].map(([{ name }, { message }]) => `  ${name}: ${message}`);
  const many = failed.size > 1;
  const skipped =
    rest.length > 0
      ? `\n${rest.length} more ${rest.length > 1 ? "steps need" : "step needs"} ${many ? "them" : "it"}: ${namesOf(rest)}`
      : "";
  return `${failed.size} ${many ? "steps" : "step"} failed; the steps that do not need ${many ? "them" : "it"} are done.\n${lines.join("\n")}${skipped}`;
}
