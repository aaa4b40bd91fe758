import { existsSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { WovError } from "../errors";
import { secretOf } from "../secret";
import type { ConfigOf } from "./config";
import type { Engine, EngineState } from "./engine";
import { shareOf } from "./job-share";
import { ConnectionError, quote } from "./shell";

const jobSchema = z.looseObject({
  submission_id: z.string().nullish(),
  status: z.string(),
  message: z.string().nullish(),
  entrypoint: z.string(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
type RayJob = z.infer<typeof jobSchema>;

const STATES: Record<string, EngineState> = { PENDING: "queued", RUNNING: "running" };
/** What Ray says of a job that it has given up since no node was free for it, by default in 15 minutes. */
const WAITED_TOO_LONG = /RAY_JOB_START_TIMEOUT_SECONDS/;

/**
 * A Ray cluster, through the REST API of its Jobs (2.50 and later). Ray places jobs on nodes and queues them; it does
 * not start lost ones again, which the kit does.
 */
export function createRayEngine(root: string, config: ConfigOf<"ray">): Engine {
  const call = async <T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> => {
    const { status, text } = await send(root, config.url, method, path, body);
    if (status >= 200 && status < 300) return schema.parse(text === "" ? null : JSON.parse(text));
    if (AWAY.includes(status)) throw unreachable(config.url, `status ${status}`);
    throw new RayError(status, describeFailure(config.url, status, text));
  };
  return {
    label: `ray ${config.url}`,
    slots: async () => config.jobs,
    async start({ id, attempt, command, workspace, threads }) {
      const name = `wov-${id}-${attempt}`;
      const entrypoint = `cd ${quote(workspace)} && exec ${command.map(quote).join(" ")}`;
      await submit(name, entrypoint, {
        job: id,
        cpus: `${threads}`,
        gpus: `${config.gpus && Math.max(config.gpus, shareOf(config).gpus)}`,
      });
      return name;
    },
    async states(ids) {
      if (ids.length === 0) return new Map();
      const jobs = await call("GET", "/api/jobs/", z.array(jobSchema));
      const all = new Map(jobs.map((job) => [job.submission_id, job]));
      const states = new Map<string, EngineState>();
      for (const id of ids) states.set(id, await stateOf(id, all.get(id)));
      return states;
    },
    async cancel(id) {
      await call("POST", `/api/jobs/${id}/stop`, z.unknown());
    },
    async describe() {
      const { ray_version } = await call("GET", "/api/version", z.looseObject({ ray_version: z.string() }));
      const jobs = await call("GET", "/api/jobs/", z.array(jobSchema));
      const count = (status: string) => jobs.filter((job) => job.status === status).length;
      return { gpus: [], notes: [`Ray ${ray_version}: ${count("RUNNING")} jobs run, ${count("PENDING")} wait`] };
    },
  };

  /** The state of a job. One that waited longer than Ray allows goes into the queue again. */
  async function stateOf(id: string, job: RayJob | undefined): Promise<EngineState> {
    if (job === undefined) return "gone";
    if (job.status !== "FAILED" || !WAITED_TOO_LONG.test(job.message ?? "")) return STATES[job.status] ?? "gone";
    await submit(id, job.entrypoint, job.metadata ?? {});
    return "queued";
  }

  /** Submits a job, unless Ray has it already. One of that name that has ended makes room. */
  async function submit(name: string, entrypoint: string, metadata: Record<string, string>): Promise<void> {
    const { cpus = "1", gpus = "0" } = metadata;
    const body = {
      entrypoint,
      submission_id: name,
      runtime_env: { env_vars: { RAY_JOB_SUBMISSION_ID: name } }, // no secrets: Ray shows it to all who may ask
      metadata,
      entrypoint_num_cpus: Number(cpus),
      ...(Number(gpus) > 0 && { entrypoint_num_gpus: Number(gpus) }),
    };
    try {
      await call("POST", "/api/jobs/", z.unknown(), body);
    } catch (error) {
      // Ray refuses a second job of the same name with status 500.
      const earlier = error instanceof RayError && error.status === 500 ? await find(name) : undefined;
      if (earlier === undefined) throw error;
      if (earlier.status in STATES) return;
      await send(root, config.url, "DELETE", `/api/jobs/${name}`); // another process may have done it
      await call("POST", "/api/jobs/", z.unknown(), body);
    }
  }

  async function find(name: string): Promise<RayJob | undefined> {
    const { status, text } = await send(root, config.url, "GET", `/api/jobs/${name}`);
    return status === 200 ? jobSchema.parse(JSON.parse(text)) : undefined;
  }
}

class RayError extends WovError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The token of the cluster, as Ray's own programs find it. */
export function rayToken(root: string): string | undefined {
  const given = secretOf(root, "RAY_AUTH_TOKEN");
  if (given) return given;
  const file = process.env.RAY_AUTH_TOKEN_PATH || join(homedir(), ".ray/auth_token");
  return existsSync(file) ? readFileSync(file, "utf8").trim() || undefined : undefined;
}

/** What a proxy answers while the dashboard is away. */
const AWAY = [502, 503, 504];
/** How long the cluster may take to answer. */
const TIMEOUT_MS = 30_000;

/** Uses `node:http`, since Ray refuses requests that look like those of a browser, as those of `fetch` do. */
function send(
  root: string,
  base: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const url = new URL(base.replace(/\/+$/, "") + path);
  const token = rayToken(root);
  const text = body && JSON.stringify(body);
  const headers = {
    ...(text && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const open = url.protocol === "https:" ? httpsRequest : httpRequest;
    const sent = open(url, { method, headers, timeout: TIMEOUT_MS }, (response) => {
      let received = "";
      response.setEncoding("utf8").on("data", (data) => (received += data));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: received }));
      response.on("error", (error) => reject(unreachable(base, error.message)));
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
    sent.on("error", (error) => reject(unreachable(base, error.message)));
    sent.end(text);
  });
}

const unreachable = (base: string, reason: string): Error =>
  new ConnectionError(
    `Ray at ${base} cannot be reached: ${reason}. Check the address in 'runtime.url', and that the dashboard is ` +
      "reachable from here (for a cluster elsewhere: `ssh -L 8265:127.0.0.1:8265 HOST`)",
  );

function describeFailure(url: string, status: number, text: string): string {
  if (status === 401)
    return `Ray at ${url} wants a token: set RAY_AUTH_TOKEN in the environment or in .env, or RAY_AUTH_TOKEN_PATH, or write it to ~/.ray/auth_token`;
  if (status === 403)
    return `Ray at ${url} refuses the token: \`ray get-auth-token\` on the head node shows the right one`;
  return `Ray at ${url} answered with status ${status}: ${text.trim().split("\n").at(-1)?.slice(0, 300)}`;
}
