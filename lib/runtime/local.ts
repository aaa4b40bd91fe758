import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { hubToken } from "../hub";
import { ended, venvProgram } from "../process";
import { hashOf } from "../store/index";
import { inheritedEnvironment } from "./environment";
import { parseEvent } from "./events";
import { outputsOf } from "./inputs";
import type { Job, JobEvent } from "./job";
import { type JobShare, jobsAtOnce } from "./job-share";
import { JobError, type Runtime } from "./runtime";

/** Number of lines of a job's log that an error message shows. */
const LOG_TAIL = 12;
/**
 * Has the C library keep freed memory rather than give it back for each tensor: training on a CPU takes 6 % less time,
 * with equal results. Other C libraries ignore it.
 */
const KEEP_MEMORY = {
  MALLOC_MMAP_THRESHOLD_: "1073741824",
  MALLOC_TRIM_THRESHOLD_: "2147483648",
  MALLOC_TOP_PAD_: "268435456",
};

/**
 * Runs jobs as processes of this one, in the project's own folder: one per GPU or, without GPUs, as many as the cores
 * allow. They end with this process, so there is nothing to find, cancel or collect later.
 */
export function createLocalRuntime(root: string, share: JobShare): Runtime {
  const { threads } = share;
  const cores = availableParallelism();
  const devices = visibleGpus();
  const free = [...devices];
  return {
    kind: "local",
    label: "local",
    threads,
    detached: false,
    slots: async () => jobsAtOnce({ gpus: devices.length, cores }, share),
    submit: async (job, runs) => ({
      id: hashOf(job).slice(0, 16),
      spec: { job, runs, outputs: job.tasks.flatMap(outputsOf) },
    }),
    async *follow({ spec }, signal) {
      const mine = free.splice(0, share.gpus);
      try {
        yield* runJob(root, spec.job, mine, signal);
      } finally {
        free.unshift(...mine);
      }
    },
    cancel: async () => {},
    collect: async () => {},
    list: async () => [],
    log: async (_, offset) => ({ text: "", offset }),
    describe: async () => ({ gpus: gpuNames(), cores, notes: ["jobs end with the command"] }),
  };
}

function gpuNames(): string[] {
  const { status, stdout } = spawnSync("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], {
    encoding: "utf8",
  });
  return status === 0 ? stdout.split("\n").filter(Boolean) : [];
}

/** The GPUs that jobs may use, as CUDA names them. */
function visibleGpus(): string[] {
  const chosen = process.env.CUDA_VISIBLE_DEVICES;
  const names = gpuNames();
  return names.length === 0 || chosen === undefined ? names.map((_, i) => `${i}`) : chosen.split(",").filter(Boolean);
}

/** The job ends when its standard input closes, and so whenever this process ends, for whatever reason. */
async function* runJob(root: string, job: Job, gpus: string[], signal?: AbortSignal): AsyncGenerator<JobEvent> {
  const file = writeJob(root, job);
  const child = spawn(venvProgram(root, "python"), ["remote/job.py", file], {
    cwd: root,
    env: jobEnvironment(root, job, gpus),
    signal,
  });
  const end = ended(child);
  end.catch(() => {}); // an abort is thrown below, once the output has ended
  const log: string[] = [];
  createInterface({ input: child.stderr! }).on("line", (line) => {
    log.push(line);
    if (log.length > LOG_TAIL) log.shift();
  });
  let reported: string | undefined;
  let hasEnded = false;
  try {
    for await (const line of createInterface({ input: child.stdout! })) {
      const event = parseEvent(line);
      if (event?.event === "error") reported = event.message;
      if (event) yield event;
    }
    hasEnded = true;
  } finally {
    if (!hasEnded) child.kill(); // the reader stopped early
  }
  const code = await end;
  if (code !== 0) throw new JobError("failed", reported ?? (log.join("\n") || `exit ${code}`), job.model);
  rmSync(join(root, file)); // kept if the job failed, to show what was asked
}

function writeJob(root: string, job: Job): string {
  mkdirSync(join(root, "runs/jobs"), { recursive: true });
  const file = join("runs/jobs", `${hashOf(job).slice(0, 12)}.json`);
  writeFileSync(join(root, file), `${JSON.stringify(job, null, 2)}\n`);
  return file;
}

/** Blocks downloads if the model is a folder, and limits the process to its threads and GPUs. */
function jobEnvironment(root: string, job: Job, gpus: string[]): NodeJS.ProcessEnv {
  const threads = String(job.threads);
  const isFolder = existsSync(join(root, job.model));
  const token = isFolder ? undefined : hubToken(root);
  return {
    ...inheritedEnvironment(),
    ...KEEP_MEMORY,
    ...(gpus.length > 0 && { CUDA_VISIBLE_DEVICES: gpus.join(",") }),
    ...(isFolder ? { HF_HUB_OFFLINE: "1" } : token && { HF_TOKEN: token }),
    OMP_NUM_THREADS: threads,
    MKL_NUM_THREADS: threads,
    TOKENIZERS_PARALLELISM: "false",
  };
}
