import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Why a server cannot be started on this machine. */
export interface Skipped {
  skipped: string;
}

/** The variable by which all processes of a server are found, also those that it has started and left behind. */
export const MARK = "WOV_TEST_SERVER";
export const newMark = (): string => randomUUID();

/** Ends its program when its standard input closes, and so whenever the tests end, for whatever reason. */
const KEEPER =
  'exec 3<&0; "$@" </dev/null 3<&- & child=$!; { cat <&3; kill "$child"; } >/dev/null 2>&1 & wait "$child"';

export interface Server {
  child: ChildProcess;
  /** Whether it has ended. */
  hasEnded(): boolean;
  /** Asks its processes to end, waits, and kills those that are left. */
  stop(graceMs?: number): Promise<void>;
  /** Kills all its processes at once, as the loss of a machine does. */
  kill(): Promise<void>;
}

/** Starts a server that writes what it prints into a file. */
export function startServer(
  command: readonly string[],
  { log, environment = {}, mark = newMark() }: { log: string; environment?: NodeJS.ProcessEnv; mark?: string },
): Server {
  const file = openSync(log, "a");
  const child = spawn("sh", ["-c", KEEPER, "sh", ...command], {
    env: { ...process.env, ...environment, [MARK]: mark },
    stdio: ["pipe", file, file],
  });
  child.on("error", () => {});
  child.stdin?.on("error", () => {});
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async () => {
    for (const pids = new Set<number>(); ; await sleep(20)) {
      for (const pid of [...marked(mark), ...descendantsOf(child.pid)]) pids.add(pid);
      const living = [...pids].filter(isAlive);
      if (living.length === 0) return;
      for (const pid of living) signal(pid, "SIGKILL");
    }
  };
  return {
    child,
    hasEnded,
    kill,
    async stop(graceMs = 10_000) {
      child.stdin?.end();
      const until = Date.now() + graceMs;
      while (!hasEnded() && Date.now() < until) await sleep(20);
      await kill();
    },
  };
}

/** The processes that have a mark in their environment. A process that gives itself a title may have lost it. */
const marked = (mark: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readProc(pid, "environ").includes(`${MARK}=${mark}`));

/** A process, what it has started, and so on. */
const descendantsOf = (pid: number | undefined): number[] =>
  pid === undefined ? [] : [pid, ...childrenOf(pid).flatMap(descendantsOf)];

/** The processes that a process has started. */
export const childrenOf = (pid: number): number[] =>
  readProc(pid, `task/${pid}/children`).split(" ").filter(Boolean).map(Number);

/** A dead process is listed until its parent reaps it, which in a container may never happen. */
const isAlive = (pid: number): boolean => /\) [^ZX] /.test(readProc(pid, "stat"));

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return ""; // it has ended
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended
  }
}

/** Ports of loopback that nothing listens on. They lie below those that the system gives away by itself. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(port, "0.0.0.0", () => server.close(() => resolve(true)));
  });

/** The path of a program; Debian keeps those of servers out of the path of most users. */
export const findProgram = (name: string): string | undefined =>
  [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** Which of some programs are missing, as a reason to skip a test. */
export function missingPrograms(names: readonly string[]): string | undefined {
  const missing = names.filter((name) => findProgram(name) === undefined);
  return missing.length > 0 ? `not installed: ${missing.join(", ")}` : undefined;
}

/** Waits until something is so. @throws Error with the end of a log if it takes too long, or if the server has ended */
export async function waitUntil(
  isSo: () => boolean | Promise<boolean>,
  { title, log, server, ms = 30_000 }: { title: string; log: string; server?: Server; ms?: number },
): Promise<void> {
  const until = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() < until && !server?.hasEnded()) {
      await sleep(50);
      continue;
    }
    const end = existsSync(log) ? readFileSync(log, "utf8").slice(-3000) : "";
    throw new Error(`${title} did not start:\n${end}`);
  }
}
