import { openRuntime } from "../runtime/index";
import { jobsTable, runtimesTable } from "../show/index";
import type { Study } from "../study/index";
import { send, showTable } from "./display";

/** Shows where the study's jobs run, and what that machine or cluster has. */
export async function showRuntime({ root, profile }: Study): Promise<void> {
  const runtime = await openRuntime(root, profile.runtime);
  const described = await runtime.describe();
  showTable(runtimesTable([{ label: runtime.label, profiles: [profile.name], described }]));
}

/** Shows the jobs on the study's runtime: those whose results are not here yet, or all. */
export async function showJobs({ root, profile }: Study, all = false): Promise<void> {
  const runtime = await openRuntime(root, profile.runtime);
  const text = `Jobs of the profile '${profile.name}' run in this process, so there is nothing to list.`;
  if (!runtime.detached) return send({ "text/plain": text });
  const jobs = await runtime.list(all);
  if (jobs.length === 0) return send({ "text/plain": `No jobs are left on ${runtime.label}.` });
  showTable(jobsTable(runtime.label, jobs));
}
