import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import type { Command } from "commander";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { isOver, type JobStatus, openRuntime, type Runtime } from "../runtime/index";
import { jobsTable, toText } from "../show/index";
import { loadProfile } from "../study/index";
import { options } from "./options";

interface JobsOptions {
  profile: string;
  all?: boolean;
  follow?: boolean;
  json?: boolean;
}

/** `wov jobs`: the jobs of a profile's runtime; `wov jobs logs ID`, `wov jobs cancel ID`, `wov jobs clean`. */
export function define(command: Command): void {
  command
    .argument("[action]", "list (default), logs, cancel or clean", "list")
    .argument("[job]", "the job's id, or the beginning of it")
    .option(...options.profile, "pocket")
    .option("--all", "also list the jobs whose results are here already")
    .option("--follow", "logs: go on until the job has ended")
    .option(...options.json)
    .action(async (action: string, id: string | undefined, given: JobsOptions) => {
      const root = projectRoot();
      const runtime = await openRuntime(root, loadProfile(root, given.profile).runtime);
      if (!runtime.detached)
        throw new WovError(
          `the jobs of profile '${given.profile}' run on this machine and end with the command that starts them; ` +
            "name another runtime in the profile, or `detach: true`",
          2,
        );
      if (action === "list") return list(runtime, given);
      if (action === "clean") return clean(runtime);
      if (action !== "logs" && action !== "cancel")
        throw new WovError(`wov jobs ${action}: expected list, logs, cancel or clean`, 2);
      const job = find(await runtime.list(true), id, action);
      if (action === "logs") return showLog(runtime, job, given.follow ?? false);
      if (isOver(job)) throw new WovError(`job ${job.id} has ended already: it is ${job.state}`);
      await runtime.cancel(job.id);
      process.stdout.write(`Job ${job.id} was told to end. What it has done is kept.\n`);
    });
}

async function list(runtime: Runtime, { all, json }: JobsOptions): Promise<void> {
  const jobs = await runtime.list(all);
  process.stdout.write(json ? `${JSON.stringify(jobs, null, 1)}\n` : toText(jobsTable(runtime.label, jobs)));
}

async function clean(runtime: Runtime): Promise<void> {
  if (!runtime.clean)
    throw new WovError(`${runtime.label}: remove the repositories of its jobs by hand, where they are kept`);
  const gb = (await runtime.clean()) / 1e9;
  process.stdout.write(`${gb.toFixed(2)} GB freed: jobs whose results are here, and inputs that no other job needs.\n`);
}

function find(jobs: readonly JobStatus[], id: string | undefined, action: string): JobStatus {
  if (id === undefined) throw new WovError(`wov jobs ${action}: expected the id of a job; \`wov jobs\` lists them`, 2);
  const [found, ...more] = jobs.filter((job) => job.id.startsWith(id));
  if (found && more.length === 0) return found;
  const what = found ? `${more.length + 1} jobs begin with '${id}'` : `no job '${id}'`;
  throw new WovError(`${what}; \`wov jobs --all\` lists them`, 2);
}

const POLL_MS = 2000;

/** Prints a job's log and, if wanted, what is added until it has ended. */
async function showLog(runtime: Runtime, job: JobStatus, follow: boolean): Promise<void> {
  let offset = 0;
  for (let last = !follow; ; ) {
    for (;;) {
      const next = await runtime.log(job.id, offset);
      process.stdout.write(plainLog(next.text));
      if (next.offset === offset) break;
      offset = next.offset;
    }
    if (last) return;
    const now = (await runtime.list(true)).find(({ id }) => id === job.id);
    last = !now || isOver(now);
    if (!last) await sleep(POLL_MS);
  }
}

/** A log without colours; what a progress bar wrote over itself becomes lines. */
const plainLog = (text: string): string => stripVTControlCharacters(text).replace(/\r\n?/g, "\n");
