import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Serving } from "./serve";

/** What the server has answered, by its own count. */
export interface ServerCount {
  /** Completions. */
  paid: number;
  /** Completions of requests that had one already. */
  paidTwice: number;
  /** Requests answered with 429. */
  refused: number;
}

/** Starts the benchmark's endpoint in a process of its own. */
export async function startServer(root: string, serving: Serving) {
  const child = fork(join(root, "test/bench/serve.ts"), { execArgv: ["--import", "tsx"], cwd: root });
  child.send(serving);
  const [port] = (await once(child, "message")) as [number];
  const origin = `http://127.0.0.1:${port}`;
  return {
    baseURL: `${origin}/v1`,
    count: async () => (await (await fetch(`${origin}/count`)).json()) as ServerCount,
    close: () => void child.kill(),
  };
}
