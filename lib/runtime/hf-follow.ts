import { setTimeout as sleep } from "node:timers/promises";
import { parseEvent } from "./events";
import { type HfBucket, type HfResult, settle } from "./hf-bucket";
import { type HfHub, type HfJob, hasEnded, isQueued } from "./hf-hub";
import { outputsOf } from "./inputs";
import type { JobEvent } from "./job";
import { patiently } from "./patiently";
import { isRetryable, JobError, type JobFailure, MAX_RETRIES, type Ticket } from "./runtime";
import { ConnectionError } from "./shell";

/** Times in milliseconds, which tests shorten. */
export interface HfTimes {
  /** Between two looks at a job. */
  pollMs: number;
  /** Without a line for this long, the log's stream is taken for dead. */
  silentMs: number;
  /** How long the bucket may take to show what was written. */
  settleMs: number;
  /** Between two copies of what a job has made into the bucket. */
  keepMs: number;
  /** A job without an event for this long is reported as silent. */
  reportMs: number;
  /** The log's stream of a job that runs has no end: without a line for this long, all that was printed is there. */
  logMs: number;
}

export const timesOf = (silentSeconds: number, given: Partial<HfTimes>): HfTimes => ({
  pollMs: 5000,
  silentMs: Math.min(60_000, silentSeconds * 1000),
  settleMs: 60_000,
  keepMs: 30_000,
  reportMs: silentSeconds * 1000,
  logMs: 5000,
  ...given,
});

export interface FollowContext {
  hub: HfHub;
  bucket: HfBucket;
  times: HfTimes;
  hours: number;
  /** The newest attempt of a job. */
  newest(id: string): Promise<HfJob | undefined>;
  /** Starts a further attempt. */
  begin(id: string): Promise<unknown>;
  attemptOf(job: HfJob): number;
}

type Failure = { kind: JobFailure; message: string };

/** How often it is said that a job waits, or is silent. */
const REPORT_MS = 60_000;
/** A job that ended this close to its time limit was ended by it. */
const LIMIT_SLACK_MS = 30_000;

/** A job's events through all its attempts, see `Runtime.follow`. */
export async function* followHfJob(
  context: FollowContext,
  ticket: Ticket,
  signal?: AbortSignal,
): AsyncGenerator<JobEvent> {
  const given = createGiver(context, ticket, signal);
  let doneBefore = 0;
  for (let retries = 0; ; doneBefore = given.done()) {
    yield* given.all(await patiently(() => context.bucket.events(ticket.id), signal));
    const job = yield* followAttempt(context, ticket, given, signal);
    const result = await resultOf(context, ticket.id, job, signal);
    if (await bringAll(context, ticket, result, signal))
      yield* given.rest(await patiently(() => context.bucket.events(ticket.id), signal));
    const failure = failureOf(job, result, context.hours);
    if (!failure) return;
    if (given.done() > doneBefore) retries = 0;
    if (!isRetryable(failure.kind, given.done() > doneBefore) || retries >= MAX_RETRIES)
      throw new JobError(failure.kind, failure.message, ticket.spec.job.model);
    yield { event: "retry", ...failure, retry: ++retries };
    await patiently(() => context.begin(ticket.id), signal);
  }
}

/** The events of the newest attempt, until it has ended. @returns it, if the Hub knows it */
async function* followAttempt(
  { hub, bucket, newest, times }: FollowContext,
  { id }: Ticket,
  given: Giver,
  signal?: AbortSignal,
): AsyncGenerator<JobEvent, HfJob | undefined> {
  const isDue = every(REPORT_MS);
  let lastEvent = Date.now();
  let job = await patiently(() => newest(id), signal);
  while (job && !hasEnded(job)) {
    const { id: hfId } = job;
    if (isQueued(job)) {
      if (isDue()) yield { event: "queued" };
    } else {
      const before = lastEvent;
      for await (const event of streamed(hub.logs(hfId, times.silentMs, signal), given)) {
        lastEvent = Date.now();
        yield event;
      }
      if (lastEvent === before) yield* given.all(await patiently(() => bucket.events(id), signal));
      const quiet = Date.now() - lastEvent;
      if (quiet > times.reportMs && isDue()) yield { event: "silent", seconds: Math.ceil(quiet / 1000) };
    }
    await sleep(times.pollMs, undefined, { signal });
    job = await patiently(() => hub.job(hfId), signal);
  }
  return job;
}

/** The events in a log's stream, until it ends or breaks off. */
async function* streamed(lines: AsyncIterable<string>, given: Giver): AsyncGenerator<JobEvent> {
  try {
    for await (const line of lines) yield* given.line(line);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  }
}

/** Gives each event once, though the log's stream begins anew after each break, and "done" when its files are here. */
interface Giver {
  /** How many tasks are done. */
  done(): number;
  line(line: string): AsyncGenerator<JobEvent>;
  /** Events from the bucket. */
  all(text: string): AsyncGenerator<JobEvent>;
  /** The same after all files were brought here. */
  rest(text: string): AsyncGenerator<JobEvent>;
}

function createGiver({ bucket, times }: FollowContext, { id, spec }: Ticket, signal?: AbortSignal): Giver {
  const tasks = new Map(spec.job.tasks.map((task) => [task.name, task]));
  const seen = new Set<string>(); // each line tells its time, so no two are the same
  const done = new Map<string, number>();

  /** Brings what a task has left when it was done for the `count`-th time; later attempts may do it again. */
  async function bring(name: string, count: number): Promise<boolean> {
    const task = tasks.get(name);
    if (!task) return true;
    const look = async () => {
      const kept = await bucket.kept(id);
      if (!kept || (kept.done[name] ?? 0) < count) return undefined;
      return (await bucket.collect(id, outputsOf(task), kept.files)) || undefined;
    };
    return (await settle(() => patiently(look, signal), times.settleMs, times.pollMs, signal)) ?? false;
  }
  async function* line(text: string, areFilesHere = false): AsyncGenerator<JobEvent> {
    const key = text.trim();
    const event = seen.has(key) ? undefined : parseEvent(key);
    if (!event) return;
    if (event.event === "done") {
      const count = (done.get(event.task) ?? 0) + 1;
      if (!areFilesHere && !(await bring(event.task, count))) return; // it is given when the job has ended
      done.set(event.task, count);
    }
    seen.add(key);
    yield event;
  }
  async function* all(text: string, areFilesHere: boolean): AsyncGenerator<JobEvent> {
    for (const one of text.split("\n")) yield* line(one, areFilesHere);
  }
  return { done: () => done.size, line, all: (text) => all(text, false), rest: (text) => all(text, true) };
}

/** How an attempt ended, by the bucket. It may show that some time after the job has ended. */
async function resultOf(
  { bucket, times, attemptOf }: FollowContext,
  id: string,
  job: HfJob | undefined,
  signal?: AbortSignal,
): Promise<HfResult | undefined> {
  const look = async () => {
    const result = await bucket.result(id);
    return result && (!job || result.hf_attempt === attemptOf(job)) ? result : undefined;
  };
  const mayBeLate = job !== undefined && job.status.stage !== "CANCELED";
  return settle(() => patiently(look, signal), mayBeLate ? times.settleMs : 0, times.pollMs, signal);
}

/** Brings what the job has left. @returns whether all is here, which must be so if the job is done */
async function bringAll(
  { bucket, times }: FollowContext,
  { id, spec }: Ticket,
  result: HfResult | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  const look = async () => {
    const files = result?.files ?? (await bucket.kept(id))?.files;
    return !files || (await bucket.collect(id, spec.outputs, files)) || undefined;
  };
  const settleMs = result ? times.settleMs : 0;
  const isBrought = (await settle(() => patiently(look, signal), settleMs, times.pollMs, signal)) ?? false;
  if (!isBrought && result?.kind === "done")
    throw new JobError("no-result", "the bucket does not have the files that it has made", spec.job.model);
  return isBrought;
}

function failureOf(job: HfJob | undefined, result: HfResult | undefined, hours: number): Failure | undefined {
  if (job?.status.stage === "CANCELED") return { kind: "cancelled", message: "by `wov jobs cancel`, or at the Hub" };
  if (result?.kind === "done") return undefined;
  if (job && (!result || result.kind === "terminated") && isOutOfTime(job, hours))
    return { kind: "time", message: `it reached its time limit of ${hours} hours` };
  if (result) return { kind: result.kind, message: result.message };
  if (job?.status.stage === "COMPLETED")
    return { kind: "no-result", message: "it ended, but the bucket has no result" };
  const said = job?.status.message ? `: ${job.status.message}` : "";
  return { kind: "lost", message: `it ended without a result${said}` };
}

function isOutOfTime({ status, startedAt, finishedAt }: HfJob, hours: number): boolean {
  if (/time.?(d )?out|time limit/i.test(status.message ?? "")) return true;
  const ran = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0;
  return ran > 0 && ran >= hours * 3_600_000 - LIMIT_SLACK_MS;
}

/** Makes a function that is true at first, and then at most once in this time. */
function every(ms: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const isDue = Date.now() - last >= ms;
    if (isDue) last = Date.now();
    return isDue;
  };
}
