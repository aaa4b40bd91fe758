import { z } from "zod";
import type { Engine } from "./engine";
import { parseEvents } from "./events";
import { jobId, outputsOf, specOf } from "./inputs";
import type { JobEvent } from "./job";
import { patiently } from "./patiently";
import { createPoll, type Poll, type Polled } from "./poll";
import { isRetryable, JobError, type JobFailure, MAX_RETRIES, type Runtime, type Ticket } from "./runtime";
import { type SILENT_SECONDS, silence, toStatus } from "./status";
import type { Workspace } from "./workspace";

export interface RemoteOptions {
  /** The project's folder, in which a job's paths are found. */
  root: string;
  kind: string;
  workspace: Workspace;
  engine: Engine;
  threads: number;
  /** Secrets of jobs, such as HF_TOKEN. */
  secrets?: Record<string, string>;
  /** Time between two looks at the jobs, in milliseconds. */
  pollMs?: number;
  /** After how many seconds without a sign of life a job is reported. */
  silent?: typeof SILENT_SECONDS;
}

/** Options with what they are used with. */
type Opened = RemoteOptions & { poll: Poll };

const POLL_MS = 2000;
/** A file system that machines share may show a job's result only after the engine has forgotten the job. */
const LOST_AFTER_LOOKS = 5;

/** How often a silent job is reported. */
const REPORT_SILENCE_MS = 60_000;

/** Jobs in a workspace, started by an engine. */
export function createRemoteRuntime(options: RemoteOptions): Runtime {
  const { root, kind, workspace, engine, threads, pollMs = POLL_MS, silent } = options;
  const opened: Opened = { ...options, poll: createPoll(workspace, engine, pollMs) };
  return {
    kind,
    label: engine.label,
    threads,
    detached: true,
    slots: () => engine.slots(),
    async submit(job, runs) {
      const spec = specOf(root, job, runs);
      const id = jobId(spec);
      await patiently(async () => {
        await workspace.create(id, spec);
        const look = await opened.poll(id, Number.MAX_SAFE_INTEGER);
        const mustBegin = !isAlive(look) || (look.cancelled && !look.held); // one that was cancelled may still wait
        if (look.result?.kind !== "done" && mustBegin) await begin(opened, id, look, true);
      });
      return { id, spec };
    },
    follow: (ticket, signal) => follow(opened, ticket, signal),
    async cancel(id) {
      await workspace.ask("cancel", { id }, z.unknown());
      const { engine: names, withEngine } = await opened.poll(id, Number.MAX_SAFE_INTEGER);
      if (withEngine !== "gone") await engine.cancel(names.at(-1)!);
    },
    collect: ({ id, spec }) => workspace.collect(id, spec.outputs),
    async list(all = false) {
      const jobs = await workspace.list(all);
      const states = await engine.states(jobs.flatMap(({ engine: names }) => names.slice(-1)));
      return jobs.map((job) => toStatus(job, states.get(job.engine.at(-1) ?? "") ?? "gone", silent));
    },
    log: (id, offset) => workspace.ask("log", { id, offset }, z.object({ text: z.string(), offset: z.number() })),
    clean: async () => (await workspace.ask("clean", {}, z.object({ bytes: z.number() }))).bytes,
    describe: () => engine.describe(),
  };
}

async function* follow(opened: Opened, ticket: Ticket, signal?: AbortSignal): AsyncGenerator<JobEvent> {
  const { workspace, poll, silent } = opened;
  const { id, spec } = ticket;
  const tasks = new Map(spec.job.tasks.map((task) => [task.name, task]));
  const done = new Set<string>();
  let offset = 0;
  let retries = 0;
  let doneBefore = 0;
  let looksWithout = 0;
  let reportedSilence = 0;
  let isRunning = false;
  for (;;) {
    const look = await patiently(() => poll(id, offset), signal);
    offset = look.offset;
    for (const event of parseEvents(look.events)) {
      const task = event.event === "done" ? tasks.get(event.task) : undefined;
      if (task) {
        await patiently(() => workspace.collect(id, outputsOf(task)), signal);
        if (!done.has(task.name)) retries = 0; // it gets on
        done.add(task.name);
      }
      if (event.event === "attempt" || event.event === "running") isRunning = event.event === "running";
      yield event;
    }
    if (look.events !== "") continue; // only when all events are known, the rest can be believed
    if (look.result?.kind === "done")
      return void (await patiently(() => workspace.ask("collected", { id }, z.unknown()), signal));
    looksWithout = isAlive(look) ? 0 : looksWithout + 1;
    const failure = failureOf(look, looksWithout);
    if (failure) {
      if (!isRetryable(failure.kind, done.size > doneBefore) || retries >= MAX_RETRIES) {
        await patiently(() => workspace.collect(id, spec.outputs), signal); // what it has done is kept
        throw new JobError(failure.kind, failure.message, spec.job.model);
      }
      yield { event: "retry", ...failure, retry: ++retries };
      looksWithout = 0;
      doneBefore = done.size;
      await patiently(async () => {
        const now = await poll(id, offset);
        if (!now.cancelled) await begin(opened, id, now, false);
      }, signal);
    }
    const seconds = isRunning && isAlive(look) ? silence(look, silent) : undefined;
    if (seconds && Date.now() - reportedSilence > REPORT_SILENCE_MS) {
      reportedSilence = Date.now();
      yield { event: "silent", seconds };
    }
  }
}

/** Starts an attempt of a job, unless a process works on it. @param forget whether a cancellation is forgotten */
async function begin(opened: Opened, id: string, { attempts }: Polled, forget: boolean): Promise<void> {
  const { workspace, engine, threads, secrets = {} } = opened;
  const python = await workspace.jobPython();
  const { free } = await workspace.ask("reset", { id, forget }, z.object({ free: z.boolean() }));
  if (!free) return;
  const attempt = attempts + 1;
  const folder = `${workspace.folder}/jobs/${id}`;
  const program = await workspace.code("supervise.py");
  const objects = `${workspace.folder}/objects`;
  const command = [python, program, folder, "--objects", objects, "--attempt", `${attempt}`];
  const name = await engine.start({ id, attempt, folder, workspace: workspace.folder, command, threads, secrets });
  await workspace.ask("note", { id, engine: name }, z.unknown());
}

/** Whether a process works on the job, or its engine will start one, as it does with a job that was preempted. */
const isAlive = ({ held, withEngine }: Polled): boolean => held || withEngine !== "gone";

/** How a job ended that no process works on; undefined while that may still change. */
function failureOf(look: Polled, looksWithout: number): { kind: JobFailure; message: string } | undefined {
  if (look.cancelled && !look.held) return { kind: "cancelled", message: "by `wov jobs cancel`" };
  if (isAlive(look)) return undefined;
  if (look.result) return { kind: look.result.kind as JobFailure, message: look.result.message };
  if (looksWithout < LOST_AFTER_LOOKS) return undefined;
  if (look.attempts === 0 && look.printed !== "")
    return { kind: "failed", message: `it could not be started: ${look.printed}` };
  return { kind: "lost", message: "no process works on it, and it left no result" };
}
