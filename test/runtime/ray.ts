import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { projectRoot } from "../../lib/root";
import { freePorts, type Server, type Skipped, startServer, waitUntil } from "./processes";

const START_MS = 120_000;
/** Memory that each node sets aside for objects, which these jobs do not use; Ray's smallest is 78 MB. */
const STORE_BYTES = 80_000_000;
/** Ports of the processes of a worker node, and those that the head has besides. */
const NODE_PORTS = [
  "node-manager-port",
  "object-manager-port",
  "dashboard-agent-listen-port",
  "dashboard-agent-grpc-port",
  "runtime-env-agent-port",
  "metrics-export-port",
];
const HEAD_PORTS = ["port", "dashboard-port", "ray-client-server-port"];

/** A Ray cluster that wants a token. Its head runs no jobs; each of its worker nodes runs one with one CPU. */
export interface Ray {
  /** The address of the dashboard. */
  url: string;
  token: string;
  /** What is answered to a GET by the dashboard. */
  get(path: string): Promise<unknown>;
  /** The index of the worker node on which a job runs, by Ray's id of the job. */
  workerOf(job: string): Promise<number>;
  /** Kills a worker node with all that runs on it, as the loss of a machine does. */
  killWorker(index: number): Promise<void>;
  stop(): Promise<void>;
}

export interface RayOptions {
  workers?: number;
  /** Variables of all nodes. */
  environment?: Record<string, string>;
}

/** Starts it. `ray stop` is not used anywhere, since it ends every Ray of the machine. */
export async function startRay({ workers = 2, environment = {} }: RayOptions = {}): Promise<Ray | Skipped> {
  const program = join(projectRoot(), ".venv-ray/bin/ray");
  if (!existsSync(program)) return { skipped: "Ray is not installed: run `node lib/setup.mjs --tests`" };
  const folder = mkdtempSync("/tmp/wov-ray-"); // Ray's sockets lie in it, whose paths must be short
  const token = randomBytes(24).toString("hex");
  const [port, dashboardPort, clientPort] = (await freePorts(HEAD_PORTS.length)) as [number, number, number];
  const url = `http://127.0.0.1:${dashboardPort}`;
  const get = (path: string) => getJson(url, path, token);
  const nodes: Server[] = [];
  const agents: number[] = [];
  const start = async (name: string, ...args: string[]): Promise<{ title: string; log: string; server: Server }> => {
    const log = join(folder, `${name}.log`);
    const ports = await freePorts(NODE_PORTS.length);
    const command = [program, "start", "--block", ...args, ...nodeArguments(ports)];
    const variables = { ...environment, RAY_AUTH_MODE: "token", RAY_AUTH_TOKEN: token };
    const server = startServer(command, { log, environment: variables });
    nodes.push(server);
    agents.push(ports[NODE_PORTS.indexOf("dashboard-agent-listen-port")]!);
    return { title: `Ray's ${name}`, log, server };
  };
  // Ray takes half a minute to end while jobs run. There is nothing to keep, so its processes are killed.
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const head = await start(
      "head",
      "--head",
      `--port=${port}`,
      `--dashboard-port=${dashboardPort}`,
      `--ray-client-server-port=${clientPort}`,
      "--dashboard-host=127.0.0.1",
      `--temp-dir=${folder}`,
      "--num-cpus=0",
    );
    const isUp = async () => (await get("/api/version").catch(() => undefined)) !== undefined;
    await waitUntil(isUp, { ...head, ms: START_MS });
    // Each has a folder of its own: in a shared one, nodes that start at the same time take the same sockets.
    for (let i = 0; i < workers; i++)
      await start(`worker ${i}`, `--address=127.0.0.1:${port}`, `--temp-dir=${folder}/${i}`, "--num-cpus=1");
    await waitUntil(async () => (await countNodes(get)) === workers + 1, { ...head, ms: START_MS });
  } catch (error) {
    await stop();
    throw error;
  }
  const workerOf = async (job: string) => {
    const { driver_agent_http_address: agent } = (await get(`/api/jobs/${job}`)) as {
      driver_agent_http_address: string;
    };
    return agents.indexOf(Number(new URL(agent).port)) - 1;
  };
  return { url, token, get, workerOf, killWorker: (index) => nodes[index + 1]!.kill(), stop };
}

const nodeArguments = (ports: readonly number[]): string[] => [
  "--node-ip-address=127.0.0.1",
  ...NODE_PORTS.map((name, i) => `--${name}=${ports[i]}`),
  "--min-worker-port=0", // any that is free, rather than those that another cluster may use as well
  "--max-worker-port=0",
  `--object-store-memory=${STORE_BYTES}`,
  "--num-gpus=0",
  "--disable-usage-stats",
];

async function countNodes(get: Ray["get"]): Promise<number> {
  const answer = (await get("/nodes?view=summary").catch(() => undefined)) as
    | { data?: { summary?: { raylet?: { state?: string } }[] } }
    | undefined;
  return answer?.data?.summary?.filter(({ raylet }) => raylet?.state === "ALIVE").length ?? 0;
}

function getJson(url: string, path: string, token: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (data) => (text += data));
      response.on("end", () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`status ${response.statusCode}: ${text}`));
      });
    });
    sent.on("error", reject).end();
  });
}
