import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WovError } from "../errors";
import { ended, venvProgram } from "../process";
import type { Job, JobEvent } from "./job";

/** Lines of a job's log that go into an error's message. */
const TAIL = 12;

/**
 * Runs a job as a process of this machine and tells of its progress; resolves when it is done.
 *
 * The process holds our end of its standard input, so it ends when we do, however we end.
 * @throws WovError with what the job said when it fails
 */
export async function runLocally(
  root: string,
  job: Job,
  name: string,
  onEvent: (event: JobEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  const python = venvProgram(root, "python");
  mkdirSync(join(root, "runs/jobs"), { recursive: true });
  const file = join("runs/jobs", `${name}.json`);
  writeFileSync(join(root, file), `${JSON.stringify(job, null, 2)}\n`);
  const child = spawn(python, ["remote/job.py", file], { cwd: root, env: jobEnvironment(job), signal });
  const log: string[] = [];
  let said: string | undefined;
  /** What went wrong here when the job told something. */
  let failed: { error: unknown } | undefined;
  createInterface({ input: child.stderr! }).on("line", (line) => {
    log.push(line);
    if (log.length > TAIL) log.shift();
  });
  createInterface({ input: child.stdout! }).on("line", (line) => {
    const event = parseEvent(line);
    if (event?.event === "error") said = event.message;
    try {
      if (event) onEvent(event);
    } catch (error) {
      failed ??= { error };
      child.kill();
    }
  });
  const code = await ended(child);
  if (failed) throw failed.error;
  if (code !== 0)
    throw new WovError(`job '${name}' (${job.model}) failed: ${said ?? (log.join("\n") || `exit ${code}`)}`);
  rmSync(join(root, file)); // kept where the job failed: it shows what was asked
}

/** Nothing is fetched while a job runs from folders, and each process keeps to its threads. */
function jobEnvironment(job: Job): NodeJS.ProcessEnv {
  const threads = String(job.threads);
  const local = existsSync(job.model) ? { HF_HUB_OFFLINE: "1" } : {};
  return {
    ...process.env,
    ...local,
    OMP_NUM_THREADS: threads,
    MKL_NUM_THREADS: threads,
    TOKENIZERS_PARALLELISM: "false",
  };
}

function parseEvent(line: string): JobEvent | undefined {
  try {
    return JSON.parse(line) as JobEvent;
  } catch {
    return undefined; // a library printed something
  }
}
