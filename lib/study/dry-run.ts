import type { Request } from "../ask/index";
import type { Job } from "../runtime/index";
import type { PromptCompletion } from "../synthesis/index";
import { assumedInputs } from "./inputs";
import { isJobStep } from "./queue";
import { jobOf } from "./run-job";
import type { Group, Step } from "./step";
import type { Study } from "./study";

/** What a study would send and train. */
export interface DryRun {
  requests: { step: Step; made: Request[] }[];
  lines: { step: Step; made: PromptCompletion[] }[];
  /** One per step, as `remote/job.py` reads them. */
  jobs: Job[];
}

/** Makes the requests, training lines and jobs of a study for its first items. Nothing is sent or written. */
export function dryRun({ context, plan }: Study, items: number, only?: readonly Group[]): DryRun {
  const inputs = assumedInputs(context, items);
  const made: DryRun = { requests: [], lines: [], jobs: [] };
  for (const { step } of plan(only)) {
    const forecast = step.forecast?.(inputs);
    if (forecast?.kind === "requests") made.requests.push({ step, made: forecast.requests.slice(0, items) });
    if (forecast?.kind === "training") made.lines.push({ step, made: forecast.lines.slice(0, items) });
    if (isJobStep(step)) made.jobs.push(jobOf(context.profile.runtime, step, [step.work.task()]));
  }
  return made;
}
