import { z } from "zod";
import { WovError } from "../errors";
import { hubUrl } from "../hub";
import { ConnectionError } from "./shell";

const jobSchema = z.looseObject({
  id: z.string(),
  status: z.looseObject({ stage: z.string(), message: z.string().nullish() }),
  createdAt: z.string(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
  flavor: z.string().nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
  volumes: z.array(z.looseObject({ type: z.string(), revision: z.string().nullish() })).nullish(),
});
/** A job as the Hub describes it. The client's own type lacks stages and flavors that the Hub has. */
export type HfJob = z.infer<typeof jobSchema>;

const hardwareSchema = z.looseObject({
  name: z.string(),
  prettyName: z.string(),
  cpu: z.string(),
  ram: z.string(),
  accelerator: z.looseObject({ model: z.string(), quantity: z.coerce.number(), vram: z.string().nullish() }).nullish(),
  unitCostUSD: z.number(),
  unitLabel: z.string(),
});
export type Hardware = z.infer<typeof hardwareSchema>;

const ENDED = new Set(["COMPLETED", "CANCELED", "ERROR", "DELETED"]);
/** Whether a job has ended. One in a stage that is not known goes on. */
export const hasEnded = ({ status }: HfJob): boolean => ENDED.has(status.stage);
export const isQueued = (job: HfJob): boolean =>
  job.status.stage === "SCHEDULING" || (job.status.stage !== "RUNNING" && !job.startedAt && !hasEnded(job));

/** The Hub refused something, with this HTTP status. */
export class HubError extends WovError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** What a call is given: the client, and what all its functions want. */
type Client = typeof import("@huggingface/hub");
type Access = { accessToken: string; hubUrl: string };

/** The Hub, for one who pays. */
export interface HfHub {
  namespace: string;
  /** Calls the client. Its errors say what to do, without the token; those that may pass are ConnectionErrors. */
  call<T>(work: (client: Client, access: Access) => Promise<T>): Promise<T>;
  hardware(): Promise<Hardware[]>;
  run(options: Omit<Parameters<Client["runJob"]>[0], "namespace" | keyof Access | "credentials">): Promise<HfJob>;
  /** A job, if it was not deleted. */
  job(id: string): Promise<HfJob | undefined>;
  /** The jobs that have all these labels. */
  jobs(labels: Record<string, string>): Promise<HfJob[]>;
  cancel(id: string): Promise<void>;
  /**
   * A job's log from its beginning, line by line. It ends when the Hub ends it, which may be early, when the connection
   * breaks, and when there is no line for `silentMs`: the Hub leaves some streams open for ever.
   */
  logs(id: string, silentMs: number, signal?: AbortSignal): AsyncGenerator<string>;
}

export function openHfHub(namespace: string, token: string | undefined): HfHub {
  const call: HfHub["call"] = async (work) => {
    const access = { accessToken: checkToken(token), hubUrl: hubUrl() };
    const client = await import("@huggingface/hub");
    try {
      return await work(client, access);
    } catch (error) {
      throw explain(error, namespace, access);
    }
  };
  let hardware: Promise<Hardware[]> | undefined;
  return {
    namespace,
    call,
    hardware() {
      hardware ??= call(async ({ listJobHardware }, access) =>
        z.array(hardwareSchema).parse(await listJobHardware(access)),
      ).catch((error) => {
        hardware = undefined;
        throw error;
      });
      return hardware;
    },
    run: (options) =>
      call(async ({ runJob }, access) => jobSchema.parse(await runJob({ ...options, ...access, namespace }))),
    async job(jobId) {
      try {
        return await call(async ({ getJob }, access) => jobSchema.parse(await getJob({ ...access, namespace, jobId })));
      } catch (error) {
        if (error instanceof HubError && error.status === 404) return undefined;
        throw error;
      }
    },
    jobs: (labels) => call((client, access) => listJobs(client, access, namespace, labels)),
    async cancel(jobId) {
      await call(({ cancelJob }, access) => cancelJob({ ...access, namespace, jobId }));
    },
    async *logs(jobId, silentMs, signal) {
      const end = new AbortController();
      const stop = AbortSignal.any(signal ? [end.signal, signal] : [end.signal]);
      const { client, access } = await call(async (client, access) => ({ client, access }));
      const open = (url: URL | RequestInfo, init?: RequestInit) => fetch(url, { ...init, signal: stop });
      let timer = setTimeout(() => end.abort(), silentMs);
      try {
        for await (const { message } of client.streamJobLogs({
          ...access,
          namespace,
          jobId,
          fetch: open as typeof fetch,
        })) {
          clearTimeout(timer); // what is done with a line does not count as silence
          for (const line of String(message ?? "").split("\n"))
            if (line.trim() !== "" && !line.startsWith("===== Job started")) yield line;
          timer = setTimeout(() => end.abort(), silentMs);
        }
      } catch (error) {
        signal?.throwIfAborted();
        const { status = 404 } = explain(error, namespace, access) as Partial<HubError>;
        if (status !== 404) throw explain(error, namespace, access); // 404: there is no log yet
      } finally {
        clearTimeout(timer);
        end.abort();
      }
    },
  };
}

type RequestInfo = Parameters<typeof fetch>[0];

/** The client's own `listJobs` has no filter, and reads the first page only. */
async function listJobs(
  client: Client,
  { accessToken, hubUrl }: Access,
  namespace: string,
  labels: Record<string, string>,
) {
  const wanted = Object.entries(labels);
  const found: HfJob[] = [];
  const query = new URLSearchParams(wanted.map(([key, value]): [string, string] => ["label", `${key}=${value}`]));
  let url: URL | undefined = new URL(`${hubUrl}/api/jobs/${namespace}?${query}`);
  while (url) {
    const response: Response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
    if (!response.ok) throw new client.HubApiError(`${url}`, response.status, undefined, await response.text());
    found.push(...z.array(jobSchema).parse(await response.json()));
    const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    url = next === undefined ? undefined : new URL(next, url);
    if (url && url.origin !== new URL(hubUrl).origin) break; // the token is for the Hub alone
  }
  return found.filter((job) => wanted.every(([key, value]) => job.labels?.[key] === value));
}

/** Makes a function that does one piece of work after the other. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

const TOKENS = "https://huggingface.co/settings/tokens";

function checkToken(token: string | undefined): string {
  if (!token)
    throw new WovError(
      `Hugging Face Jobs need a token: make one at ${TOKENS} with the rights to jobs, repositories and buckets, and ` +
        "set HF_TOKEN in the environment or in .env, or run `hf auth login`",
    );
  if (!token.startsWith("hf_"))
    throw new WovError(`HF_TOKEN is no token of Hugging Face: those begin with hf_ (${TOKENS})`);
  return token;
}

function explain(error: unknown, namespace: string, { accessToken, hubUrl }: Access): unknown {
  if (error instanceof WovError || (error as Error)?.name === "AbortError") return error;
  const { statusCode: status, message, cause } = error as Error & { statusCode?: number; cause?: { code?: string } };
  const why = message?.replaceAll(accessToken, "…");
  if (status === undefined)
    return error instanceof TypeError && /fetch failed|terminated/.test(message)
      ? new ConnectionError(
          `no connection to ${hubUrl}: ${cause?.code ?? why}. Check the network, and HF_ENDPOINT if it is set`,
        )
      : error;
  if (status === 401 || status === 403)
    return new HubError(
      status,
      `the Hub refuses HF_TOKEN (${why}). It needs these rights for '${namespace}': start and manage jobs, write to ` +
        `repositories, write to buckets: ${TOKENS}`,
    );
  if (status === 402)
    return new HubError(
      status,
      `Hugging Face Jobs are paid in advance, and '${namespace}' has no credits left (${why}): add some at ` +
        "https://huggingface.co/settings/billing, or name another one who pays in 'runtime.namespace'",
    );
  if (status === 429 || status >= 500) return new ConnectionError(`the Hub answers HTTP ${status}: ${why}`);
  return new HubError(status, `the Hub answers HTTP ${status}: ${why}`);
}
