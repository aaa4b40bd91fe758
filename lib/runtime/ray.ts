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
import { ConnectionError, quote } from "./shell";

const jobSchema = z.looseObject({ submission_id: z.string().nullish(), status: z.string() });
const STATES: Record<string, EngineState> = { PENDING: "queued", RUNNING: "running" };

/**
 * A Ray cluster, through the REST API of its Jobs (2.50 and later). Ray places jobs on nodes and queues them; it does
 * not start lost ones again, which the kit does.
 */
export function createRayEngine(root: string, config: ConfigOf<"ray">): Engine {
  const call = async <T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> => {
    const { status, text } = await send(root, config.url, method, path, body);
    if (status >= 200 && status < 300) return schema.parse(text === "" ? null : JSON.parse(text));
    throw new RayError(status, describeFailure(config.url, status, text));
  };
  return {
    label: `ray ${config.url}`,
    slots: async () => config.jobs,
    async start({ id, attempt, command, workspace, threads }) {
      const name = `wov-${id}-${attempt}`;
      const body = {
        entrypoint: `cd ${quote(workspace)} && exec ${command.map(quote).join(" ")}`,
        submission_id: name,
        runtime_env: { env_vars: { RAY_JOB_SUBMISSION_ID: name } }, // no secrets: Ray shows it to all who may ask
        metadata: { job: id },
        entrypoint_num_cpus: threads,
        ...(config.gpus > 0 && { entrypoint_num_gpus: config.gpus }),
      };
      try {
        await call("POST", "/api/jobs/", z.unknown(), body);
      } catch (error) {
        // Ray refuses a second job of the same name with status 500: then an earlier call has started it.
        if (!(error instanceof RayError) || error.status !== 500 || !(await exists(name))) throw error;
      }
      return name;
    },
    async states(ids) {
      if (ids.length === 0) return new Map();
      const jobs = await call("GET", "/api/jobs/", z.array(jobSchema));
      const all = new Map(jobs.map(({ submission_id, status }) => [submission_id, STATES[status] ?? "gone"]));
      return new Map(ids.map((id) => [id, all.get(id) ?? "gone"]));
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

  async function exists(name: string): Promise<boolean> {
    return (await send(root, config.url, "GET", `/api/jobs/${name}`)).status === 200;
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
      response.on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer in 30 s")));
    sent.on("error", (error) =>
      reject(
        new ConnectionError(
          `Ray at ${base} cannot be reached: ${error.message}. Check the address in 'runtime.url', and that the ` +
            "dashboard is reachable from here (for a cluster elsewhere: `ssh -L 8265:127.0.0.1:8265 HOST`)",
        ),
      ),
    );
    sent.end(text);
  });
}

function describeFailure(url: string, status: number, text: string): string {
  if (status === 401)
    return `Ray at ${url} wants a token: set RAY_AUTH_TOKEN in the environment or in .env, or RAY_AUTH_TOKEN_PATH, or write it to ~/.ray/auth_token`;
  if (status === 403)
    return `Ray at ${url} refuses the token: \`ray get-auth-token\` on the head node shows the right one`;
  return `Ray at ${url} answered with status ${status}: ${text.trim().split("\n").at(-1)?.slice(0, 300)}`;
}
