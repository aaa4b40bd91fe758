import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchPromptfoo, type PeerTimes } from "./promptfoo";
import { startServer } from "./server";
import type { WorkerResult } from "./worker";

/** `askRun` beside a bare loop of `fetch`, each in a process of its own, one after the other. */
export interface AskingTimes {
  requests: number;
  inFlight: number;
  latencyMs: number;
  bareMs: number;
  ms: number;
  /** ms / bareMs */
  ratio: number;
  peakRssMb: number;
  /** The same again, with all answered. */
  againMs: number;
  /** The same questions with promptfoo, if requested. */
  promptfoo?: PeerTimes;
}

/** Asking an endpoint that takes `cap` requests per second and refuses more. */
export interface StormTimes {
  requests: number;
  cap: number;
  /** Completions per second, and their share of the cap. */
  perSecond: number;
  share: number;
  lost: number;
  paidTwice: number;
  refused: number;
}

const LATENCY_MS = 50;
const IN_FLIGHT = 64;

/** @param peers measures promptfoo too, in the same run */
export async function benchAsking(root: string, peers = false, requests = 1240): Promise<AskingTimes> {
  return withServer(root, { latencyMs: LATENCY_MS }, async (server, folder) => {
    const params = { baseURL: server.baseURL, requests, inFlight: IN_FLIGHT, folder };
    const bare = await work(root, { ...params, how: "bare" });
    const asked = await work(root, { ...params, how: "ask" });
    const again = await work(root, { ...params, how: "ask" });
    return {
      requests,
      inFlight: IN_FLIGHT,
      latencyMs: LATENCY_MS,
      bareMs: bare.ms,
      ms: asked.ms,
      ratio: Number((asked.ms / bare.ms).toFixed(3)),
      peakRssMb: asked.peakRssMb,
      againMs: again.ms,
      ...(peers && { promptfoo: await benchPromptfoo(root, params) }),
    };
  });
}

export async function benchStorm(root: string, requests = 1240, cap = 100): Promise<StormTimes> {
  return withServer(root, { latencyMs: LATENCY_MS, cap }, async (server, folder) => {
    const params = { baseURL: server.baseURL, requests, inFlight: IN_FLIGHT, folder };
    const { ms, records } = await work(root, { ...params, how: "ask" });
    const { paidTwice, refused } = await server.count();
    const perSecond = Number(((1000 * records) / ms).toFixed(1));
    return {
      requests,
      cap,
      perSecond,
      share: Number((perSecond / cap).toFixed(3)),
      lost: requests - records,
      paidTwice,
      refused,
    };
  });
}

/** A run that is killed again and again until it is complete. */
export interface KillCount {
  requests: number;
  kills: number;
  records: number;
  /** Records beyond one per request. */
  doubles: number;
  paid: number;
  paidTwice: number;
  /** The most that may be paid twice: what was in flight at each kill. */
  inFlightAtKills: number;
}

/** Kills the asking process with -9 after random times, `kills` times, then lets it end. */
export async function benchKill(root: string, requests = 1240, kills = 30): Promise<KillCount> {
  return withServer(root, { latencyMs: LATENCY_MS }, async (server, folder) => {
    const params = { baseURL: server.baseURL, requests, inFlight: IN_FLIGHT, folder, how: "ask" as const };
    const whole = (requests / IN_FLIGHT) * LATENCY_MS;
    let killed = 0;
    for (let i = 0; i < kills; i++) {
      const child = startWorker(root, params);
      const ended = once(child, "exit");
      await once(child, "spawn");
      await Promise.race([once(child, "message"), ended]); // its first reply, or its end
      await new Promise((later) => setTimeout(later, (Math.random() * whole) / kills));
      if (child.exitCode === null && child.kill("SIGKILL")) killed++;
      await ended;
    }
    const { records, ids } = await work(root, params);
    const { paid, paidTwice } = await server.count();
    return {
      requests,
      kills: killed,
      records: ids,
      doubles: records - ids,
      paid,
      paidTwice,
      inFlightAtKills: killed * IN_FLIGHT,
    };
  });
}

async function withServer<T>(
  root: string,
  serving: { latencyMs: number; cap?: number },
  measure: (server: Awaited<ReturnType<typeof startServer>>, folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "wov-bench-"));
  const server = await startServer(root, serving);
  try {
    return await measure(server, folder);
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function startWorker(root: string, params: object) {
  const args = ["--import", "tsx", join(root, "test/bench/worker.ts"), JSON.stringify(params)];
  return spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

async function work(root: string, params: object): Promise<WorkerResult> {
  const child = startWorker(root, params);
  const messages: unknown[] = [];
  child.on("message", (message) => messages.push(message));
  const [code] = (await once(child, "exit")) as [number];
  const done = messages.find((message) => typeof message === "object") as WorkerResult | undefined;
  if (code !== 0 || !done) throw new Error(`the benchmark's worker ended with ${code}`);
  return done;
}
