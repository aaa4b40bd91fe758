import type { HfBucket, HfResult, Kept } from "./hf-bucket";
import { KIT, LABEL } from "./hf-command";
import { type Hardware, type HfHub, type HfJob, HubError, hasEnded, isQueued } from "./hf-hub";
import { ticketSpecSchema } from "./inputs";
import type { Description, JobState, JobStatus, Ticket } from "./runtime";

/** The number of a job's attempt, counted from 1. */
export const attemptOf = ({ labels }: HfJob): number => Number(labels?.[LABEL.attempt] ?? 1);
export const isOlder = (a: HfJob, b: HfJob): boolean => `${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}`;

/** The attempt that counts: one that has not ended, or else the last that was not cancelled for another's sake. */
export function newestOf(jobs: readonly HfJob[]): HfJob | undefined {
  const rank = (job: HfJob) => [hasEnded(job) ? 0 : 1, attemptOf(job), job.status.stage === "CANCELED" ? 0 : 1];
  return [...jobs].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    const at = x.findIndex((value, i) => value !== y[i]);
    return at >= 0 ? y[at]! - x[at]! : isOlder(a, b) ? -1 : 1;
  })[0];
}

export interface StatusContext {
  hub: HfHub;
  bucket: HfBucket;
  /** The dataset with the specs of jobs. */
  repo: string;
  silent: { heartbeat: number; events: number };
}

/** The kit's jobs that the Hub knows. */
export function createLister(context: StatusContext) {
  const specs = new Map<string, Promise<Ticket["spec"] | undefined>>();
  const specFor = (id: string) => {
    const found = specs.get(id) ?? readSpec(context, id).catch(() => undefined);
    specs.set(id, found);
    return found;
  };
  return async (isWanted: (id: string) => boolean): Promise<JobStatus[]> => {
    const all = (await context.hub.jobs({ [LABEL.kit]: KIT })).filter(({ labels }) => labels?.[LABEL.job]);
    const ids = [...new Set(all.map(({ labels }) => labels![LABEL.job]!))].filter(isWanted);
    const hardware = await context.hub.hardware();
    const found = await Promise.all(
      ids.map(async (id) => {
        const spec = await specFor(id);
        const jobs = all.filter(({ labels }) => labels![LABEL.job] === id);
        return spec && statusOf(context, id, spec, jobs, hardware);
      }),
    );
    return found.filter((status) => status !== undefined);
  };
}

async function readSpec({ hub, repo }: StatusContext, id: string): Promise<Ticket["spec"] | undefined> {
  try {
    const place = { repo: { type: "dataset" as const, name: repo }, path: `jobs/${id}/spec.json` };
    const text = await hub.call(async ({ downloadFile }, access) =>
      (await downloadFile({ ...access, ...place }))?.text(),
    );
    if (text === undefined) return undefined;
    return ticketSpecSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof HubError && error.status === 404) return undefined;
    throw error;
  }
}

async function statusOf(
  { bucket, silent: limits }: StatusContext,
  id: string,
  spec: Ticket["spec"],
  jobs: HfJob[],
  hardware: Hardware[],
): Promise<JobStatus> {
  const job = newestOf(jobs)!;
  const hasBegun = !!job.startedAt;
  const kept = hasBegun ? ofAttempt(await bucket.kept(id), attemptOf(job)) : undefined;
  const wanted = await (hasBegun && hasEnded(job) ? bucket.result(id) : undefined);
  const result = wanted?.hf_attempt === attemptOf(job) ? wanted : undefined;
  const state = stateOf(job, result);
  const message = result?.message || job.status.message;
  const silent = state === "running" ? silence(job, kept, limits) : undefined;
  const costUsd = jobs.reduce((sum, one) => sum + costOf(one, hardware), 0);
  return {
    id,
    spec,
    state,
    submitted: Math.min(...jobs.map(({ createdAt }) => seconds(createdAt))),
    attempts: new Set(jobs.map(attemptOf)).size,
    host: kept?.host ?? job.flavor ?? "hf-jobs",
    ...(kept?.gpus && { gpus: kept.gpus }),
    ...(job.startedAt && { started: seconds(job.startedAt) }),
    ...(hasEnded(job) && job.finishedAt && { ended: seconds(job.finishedAt) }),
    ...(message && { message }),
    ...(silent && { silent }),
    costUsd,
  };
}

const seconds = (time: string): number => Date.parse(time) / 1000;
const ofAttempt = (kept: Kept | undefined, attempt: number) => (kept?.attempt === attempt ? kept : undefined);

function stateOf(job: HfJob, result: HfResult | undefined): JobState {
  if (isQueued(job)) return "queued";
  if (!hasEnded(job)) return "running";
  if (job.status.stage === "COMPLETED") return "done";
  if (job.status.stage === "CANCELED") return "cancelled";
  return result === undefined ? "lost" : result.kind === "done" ? "done" : "failed";
}

/** How long the job has given no sign of life, if that is too long. Before its first copy, its start was one. */
function silence(job: HfJob, kept: Kept | undefined, limits: StatusContext["silent"]): number | undefined {
  const now = Date.now() / 1000;
  const started = job.startedAt ? seconds(job.startedAt) : now;
  const heartbeat = kept ? now - kept.time : 0;
  if (heartbeat > limits.heartbeat) return Math.ceil(heartbeat);
  const quiet = now - Math.max(started, kept?.last ?? 0);
  return quiet > limits.events ? Math.ceil(quiet) : undefined;
}

const MINUTES: Record<string, number> = { minute: 1, hour: 60, second: 1 / 60 };
const usdPerMinute = ({ unitCostUSD, unitLabel }: Pick<Hardware, "unitCostUSD" | "unitLabel">): number =>
  unitCostUSD / (MINUTES[unitLabel] ?? 1);

/** What a job has cost so far: it is paid for from its start, not while it waits. */
function costOf(job: HfJob, hardware: Hardware[]): number {
  const price = hardware.find(({ name }) => name === job.flavor);
  if (!price || !job.startedAt) return 0;
  const end = job.finishedAt ? Date.parse(job.finishedAt) : hasEnded(job) ? Date.parse(job.startedAt) : Date.now();
  return (usdPerMinute(price) * Math.max(0, end - Date.parse(job.startedAt))) / 60_000;
}

/** What a flavor is, and what it costs. */
export function describeHardware(
  { prettyName, cpu, ram, accelerator, ...price }: Hardware,
  namespace: string,
): Description {
  const card = accelerator ? [accelerator.model, accelerator.vram].filter(Boolean).join(", ") : "";
  const usdPerHour = usdPerMinute(price) * 60;
  return {
    gpus: Array.from({ length: accelerator?.quantity ?? 0 }, () => card),
    cores: Number.parseInt(cpu, 10) || undefined,
    usdPerHour,
    notes: [`${prettyName}: ${cpu}, ${ram}, ${usdPerHour.toFixed(2)} USD an hour, paid by ${namespace}`],
  };
}
