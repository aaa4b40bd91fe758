import type { EngineState } from "./engine";
import { parseEvent } from "./events";
import type { JobState, JobStatus } from "./runtime";
import type { ListedJob } from "./workspace";

/** Without a heartbeat for this long, or without an event for that long, a job is reported as silent. */
export const SILENT_SECONDS = { heartbeat: 120, events: 30 * 60 };

/** The state of a job, from what its folder and its engine say. */
export function toStatus(job: ListedJob, engine: EngineState, limits = SILENT_SECONDS): JobStatus {
  const attempt = parseEvent(job.attempt ?? "");
  const where = attempt?.event === "attempt" ? attempt : undefined;
  const started = (parseEvent(job.running ?? "") as { time?: number } | undefined)?.time;
  const state = stateOf(job, engine);
  const silent = state === "running" ? silence(job, limits) : undefined;
  return {
    id: job.id,
    spec: job.spec,
    state,
    submitted: job.created,
    attempts: job.attempts,
    ...(started && { started }),
    ...(job.result && { ended: job.result.time, message: job.result.message }),
    ...(where && { host: where.host, gpus: where.gpus }),
    ...(silent && { silent }),
  };
}

function stateOf({ result, held, cancelled, running }: ListedJob, engine: EngineState): JobState {
  if (held) return running ? "running" : "queued";
  if (result?.kind === "done") return "done";
  if (cancelled) return "cancelled";
  if (engine !== "gone") return engine;
  if (result) return result.kind === "cancelled" ? "cancelled" : "failed";
  return "lost";
}

/** How long the job has given no sign of life, if that is too long. */
export function silence(
  { heartbeat, quiet }: Pick<ListedJob, "heartbeat" | "quiet">,
  limits = SILENT_SECONDS,
): number | undefined {
  if (heartbeat !== null && heartbeat > limits.heartbeat) return heartbeat;
  return quiet !== null && quiet > limits.events ? quiet : undefined;
}
