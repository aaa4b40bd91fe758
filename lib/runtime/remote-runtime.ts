import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Engine } from "./engine";
import { parseEvents } from "./events";
import { jobId, outputsOf, specOf } from "./inputs";
import type { JobEvent } from "./job";
import { isRetryable, JobError, type JobFailure, MAX_RETRIES, type Runtime, type Ticket } from "./runtime";
import { ConnectionError } from "./shell";
import { silence, toStatus } from "./status";
import type { Look, Workspace } from "./workspace";

export interface RemoteOptions {
  /** The project's folder, in which a job's paths are found. */
  root: string;
  kind: string;
  workspace: Workspace;
  engine: Engine;
  threads: number;
  /** Secrets of jobs, such as HF_TOKEN. */
  secrets?: Record<string, string>;
  /** Arguments of `remote/supervise.py`, after the folders. */
  supervise?: string[];
  /** Time between two looks at a job, in milliseconds. */
  pollMs?: number;
}

/** A lost connection is tried again for this long. The jobs go on meanwhile. */
const RECONNECT_MS = 10 * 60_000;
/** A file system that machines share may show a job's result only after the engine has forgotten the job. */
const LOST_AFTER_LOOKS = 5;

/** How often a silent job is reported. */
const REPORT_SILENCE_MS = 60_000;

/** Jobs in a workspace, started by an engine. */
export function createRemoteRuntime(options: RemoteOptions): Runtime {
  const { root, kind, workspace, engine, threads } = options;
  return {
    kind,
    label: engine.label,
    threads,
    detached: true,
    slots: () => engine.slots(),
    async submit(job, runs) {
      const spec = specOf(root, job, runs);
      const id = jobId(spec);
      await workspace.create(id, spec);
      const look = await workspace.look(id, 0);
      if (look.result?.kind !== "done" && !look.held && !(await isWithEngine(engine, look)))
        await begin(options, id, attemptsIn(look) + 1);
      return { id, spec };
    },
    follow: (ticket, signal) => follow(options, ticket, signal),
    async cancel(id) {
      await workspace.ask("cancel", { id }, z.unknown());
      const { engine: names } = await workspace.look(id, Number.MAX_SAFE_INTEGER);
      if (names.length > 0) await engine.cancel(names.at(-1)!);
    },
    collect: ({ id, spec }) => workspace.collect(id, spec.outputs),
    async list(all = false) {
      const jobs = await workspace.list(all);
      const states = await engine.states(jobs.flatMap(({ engine: names }) => names.slice(-1)));
      return jobs.map((job) => toStatus(job, states.get(job.engine.at(-1) ?? "")));
    },
    log: (id, offset) => workspace.ask("log", { id, offset }, z.object({ text: z.string(), offset: z.number() })),
    describe: () => engine.describe(),
  };
}

async function* follow(options: RemoteOptions, ticket: Ticket, signal?: AbortSignal): AsyncGenerator<JobEvent> {
  const { workspace, engine, pollMs = 1000 } = options;
  const { id, spec } = ticket;
  const tasks = new Map(spec.job.tasks.map((task) => [task.name, task]));
  let offset = 0;
  let retries = 0;
  let looksWithout = 0;
  let reportedSilence = 0;
  for (;;) {
    const look = await patiently(() => workspace.look(id, offset), signal);
    offset = look.offset;
    for (const event of parseEvents(look.events)) {
      const task = event.event === "done" ? tasks.get(event.task) : undefined;
      if (task) await patiently(() => workspace.collect(id, outputsOf(task)), signal);
      yield event;
    }
    if (look.events === "") {
      // All events are known, so the result can be believed.
      if (look.result?.kind === "done") return workspace.ask("collected", { id }, z.unknown()).then(() => {});
      const isAlive = look.held || (await isWithEngine(engine, look));
      looksWithout = isAlive ? 0 : looksWithout + 1;
      const failure = isAlive ? undefined : failureOf(look, looksWithout);
      if (failure) {
        if (!isRetryable(failure.kind) || retries >= MAX_RETRIES) {
          await workspace.collect(id, spec.outputs); // what it has done is kept
          throw new JobError(failure.kind, failure.message, spec.job.model);
        }
        yield { event: "retry", ...failure, retry: ++retries };
        looksWithout = 0;
        await patiently(async () => begin(options, id, attemptsIn(await workspace.look(id, 0)) + 1), signal);
      }
      const silent = isAlive && look.started ? silence(look) : undefined;
      if (silent && Date.now() - reportedSilence > REPORT_SILENCE_MS) {
        reportedSilence = Date.now();
        yield { event: "silent", seconds: silent };
      }
      await sleep(pollMs, undefined, { signal });
    }
  }
}

/** Starts an attempt of a job, unless a process works on it. */
async function begin(options: RemoteOptions, id: string, attempt: number): Promise<void> {
  const { workspace, engine, threads, secrets = {}, supervise = [] } = options;
  const { free } = await workspace.ask("reset", { id }, z.object({ free: z.boolean() }));
  if (!free) return;
  const folder = `${workspace.folder}/jobs/${id}`;
  const program = await workspace.code("supervise.py");
  const command = [workspace.python, program, folder, "--objects", `${workspace.folder}/objects`, ...supervise];
  const name = await engine.start({ id, attempt, folder, workspace: workspace.folder, command, threads, secrets });
  await workspace.ask("note", { id, engine: name }, z.unknown());
}

/** How many attempts the events from the beginning tell of. */
const attemptsIn = ({ events }: Look): number => parseEvents(events).filter(({ event }) => event === "attempt").length;

/** Whether the engine has the job in its queue, or runs it. One that is preempted may be queued again by it. */
async function isWithEngine(engine: Engine, { engine: names }: Look): Promise<boolean> {
  const name = names.at(-1);
  if (name === undefined) return false;
  return ((await engine.states([name])).get(name) ?? "gone") !== "gone";
}

/** How a job ended that no process works on; undefined while that may still change. */
function failureOf({ result }: Look, looksWithout: number): { kind: JobFailure; message: string } | undefined {
  if (result) return { kind: result.kind as JobFailure, message: result.message };
  if (looksWithout < LOST_AFTER_LOOKS) return undefined;
  return { kind: "lost", message: "no process works on it, and it left no result" };
}

/** Tries again while a machine cannot be reached: the connection may come back. */
async function patiently<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + RECONNECT_MS;
  for (let wait = 1000; ; wait = Math.min(2 * wait, 60_000)) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConnectionError) || Date.now() > until) throw error;
    }
    await sleep(wait, undefined, { signal });
  }
}
