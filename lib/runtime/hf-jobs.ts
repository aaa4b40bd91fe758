import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import type { ConfigOf } from "./config";
import { parseEvent } from "./events";
import { openHfBucket } from "./hf-bucket";
import { jobRequest, LABEL } from "./hf-command";
import { type FollowContext, followHfJob, type HfTimes, timesOf } from "./hf-follow";
import { type Hardware, type HfJob, hasEnded, openHfHub } from "./hf-hub";
import { createShipper } from "./hf-ship";
import { attemptOf, createLister, describeHardware, isOlder, newestOf } from "./hf-status";
import { type JobSpec, jobId, specOf } from "./inputs";
import type { Runtime, Ticket } from "./runtime";
import { SILENT_SECONDS } from "./status";

export interface HfJobsOptions {
  root: string;
  config: ConfigOf<"hf-jobs">;
  /** HF_TOKEN, with which the Hub is asked and which jobs are given. */
  secrets: Record<string, string>;
  /** The folder of the Python code, `remote/` by default. */
  code?: string;
  pollMs?: number;
  /** As in SILENT_SECONDS. */
  silent?: { heartbeat: number; events: number };
  /** Further times that tests shorten. */
  times?: Partial<HfTimes>;
}

/** The dataset's repository with the inputs of jobs, and the bucket with what they make. */
const STORE = "words-over-vision-jobs";

/**
 * Hugging Face Jobs. Inputs go into a private dataset, what jobs make into a private bucket; jobs are found again by
 * their labels.
 */
export function createHfJobsRuntime(options: HfJobsOptions): Runtime {
  const { root, config, secrets, code = join(root, "remote"), silent = SILENT_SECONDS } = options;
  const { namespace, flavor } = config;
  const [repo, bucketName] = [`${namespace}/${STORE}`, `${namespace}/${STORE}`];
  const times = timesOf(silent.events, { ...(options.pollMs && { pollMs: options.pollMs }), ...options.times });
  const hub = openHfHub(namespace, secrets.HF_TOKEN);
  const bucket = openHfBucket(hub, root, bucketName);
  const shipper = createShipper(hub, { repo, bucket: bucketName, root, code });
  const jobsOf = (id: string) => hub.jobs({ [LABEL.job]: id });
  const newest = async (id: string) => newestOf(await jobsOf(id));
  const list = createLister({ hub, bucket, repo, silent });
  const submitting = new Map<string, Promise<Ticket>>();

  const hardware = async (): Promise<Hardware> => {
    const all = await hub.hardware();
    const found = all.find(({ name }) => name === flavor);
    if (found) return found;
    throw new WovError(
      `runtime.flavor: Hugging Face Jobs have no '${flavor}', but: ${all.map(({ name }) => name).join(", ")}`,
    );
  };

  /** Starts an attempt, if none is there. Should another process start one at the same time, the older one is kept. */
  async function begin(id: string, spec?: JobSpec): Promise<string> {
    const { oid, code: hash } = await shipper.ship(id, spec);
    const jobs = await jobsOf(id);
    if (jobs.some((one) => !hasEnded(one))) return oid;
    const attempt = 1 + Math.max(0, ...jobs.map(attemptOf), (await bucket.result(id))?.hf_attempt ?? 0);
    const store = { repo, bucket: bucketName, secrets, keepMs: times.keepMs };
    const job = await hub.run(jobRequest({ id, attempt, code: hash, oid }, config, store));
    const older = (await jobsOf(id)).filter((one) => !hasEnded(one) && one.id !== job.id && isOlder(one, job));
    if (older.length > 0) await hub.cancel(job.id);
    return oid;
  }

  async function submit(id: string, spec: JobSpec): Promise<Ticket> {
    await hardware();
    const job = await newest(id);
    const isActive = job !== undefined && !hasEnded(job);
    const inputs = isActive || (await isDone(id, job)) ? inputsOf(job) : await begin(id, spec);
    return { id, spec, ...(inputs && { inputs }) };
  }

  const isDone = async (id: string, job: HfJob | undefined) =>
    (job === undefined || job.status.stage === "COMPLETED") && (await bucket.result(id))?.kind === "done";

  const context: FollowContext = { hub, bucket, times, hours: config.hours, newest, begin, attemptOf };
  const marks = (id: string) => join(root, "runs/jobs", `${id}.collected`);
  return {
    kind: "hf-jobs",
    label: `Hugging Face Jobs, ${flavor}`,
    threads: config.threads,
    detached: true,
    slots: async () => config.jobs,
    async submit(job, runs) {
      const spec = specOf(root, job, runs);
      const id = jobId(spec);
      rmSync(marks(id), { force: true });
      const given = submitting.get(id) ?? submit(id, spec).finally(() => submitting.delete(id));
      submitting.set(id, given);
      return given;
    },
    async *follow(ticket, signal) {
      yield* followHfJob(context, ticket, signal);
      mkdirSync(join(root, "runs/jobs"), { recursive: true });
      writeFileSync(marks(ticket.id), "");
    },
    async cancel(id) {
      for (const job of await jobsOf(id)) if (!hasEnded(job)) await hub.cancel(job.id);
    },
    async collect({ id, spec }) {
      const kept = await bucket.kept(id);
      if (kept) await bucket.collect(id, spec.outputs, kept.files);
    },
    list: (all = false) => list((id) => all || !existsSync(marks(id))),
    async log(id, offset) {
      const all = (await bucket.log(id)) ?? (await streamed(id));
      if (offset >= all.size) return { text: "", offset };
      return { text: await hub.call(() => all.slice(offset).text()), offset: all.size };
    },
    describe: async () => describeHardware(await hardware(), namespace),
  };

  /** What the newest attempt has printed, if the bucket has nothing of it: why it could not start. */
  async function streamed(id: string): Promise<Blob> {
    const job = await newest(id);
    const lines: string[] = [];
    if (job) for await (const line of hub.logs(job.id, times.logMs)) if (!parseEvent(line)) lines.push(`${line}\n`);
    return new Blob(lines);
  }
}

const inputsOf = (job: HfJob | undefined) =>
  job?.volumes?.find(({ type }) => type === "dataset")?.revision ?? undefined;
