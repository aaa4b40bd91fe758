import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { WovError } from "../errors";
import { onDisk } from "./disk";
import { hashInId, toRunName } from "./spec";

const ownerSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** Where the pid is valid. Machines or containers may share a host name, and each numbers its own processes. */
  namespace: z.string(),
  /** When the process started, in the system's units: a later process may have the same pid. */
  birth: z.string(),
  since: z.string(),
  /** Distinguishes this lock from any other, even of the same process. */
  token: z.string(),
});
type Owner = z.infer<typeof ownerSchema>;

/**
 * An owner on another machine counts as gone if it has not renewed its lock for this long. Its clock may be wrong: so
 * the lock is then watched, and the owner is alive if it renews it.
 */
const STALE_MS = 60_000;
const RENEW_MS = 1_000;
const WATCH_MS = 3 * RENEW_MS;
/** While another process removes a dead lock, this one waits: 100 times 10 ms at most. */
const TRIES = 100;
const WAIT_MS = 10;

/** A running process holds the lock. */
export class InUseError extends WovError {}

/** Locks of this process, by file, with their tokens. */
const held = new Map<string, string>();
/** Locks of this process that another machine has taken over, because this process seemed to be gone. */
const lost = new Set<string>();

/** Makes this process the only one that runs the study `name`, until the returned function is called or it ends. */
export function lockStudy(root: string, name: string): () => void {
  return acquire(root, join(root, "runs", `.study-${toRunName(name)}.lock`), `the study '${name}'`);
}

/** Makes this process the only one that writes to a run; the lock lies beside the run's folder. */
export function lockRun(root: string, id: string): () => void {
  return acquire(root, runLock(root, id), `the run ${id}`);
}

/** @throws WovError if another process has taken over the lock of the run */
export function checkRunLock(root: string, id: string): void {
  if (lost.has(runLock(root, id)))
    throw new WovError(`${id}: another process has taken this run over. Wait until it ends, and run the command again`);
}

const runLock = (root: string, id: string) => join(root, "runs", dirname(id), `.${hashInId(id)}.lock`);

/** @throws InUseError that names the process which holds the lock */
function acquire(root: string, file: string, what: string): () => void {
  makeFolder(root, dirname(file));
  const release = tryAcquire(file);
  if (release) return release;
  const owner = readOwner(file);
  const who = owner ? `process ${owner.pid} on ${owner.host} since ${owner.since}` : "a process that has just started";
  throw new InUseError(
    `${what} is in use by ${who}. Wait until it ends, or stop it, and run the same command again. ` +
      `If that process no longer exists, delete ${relative(root, file)}`,
  );
}

/** On a read-only disk, Node reports ENOENT for a folder in a folder that cannot be made either. */
function makeFolder(root: string, folder: string): void {
  try {
    onDisk(folder, () => mkdirSync(folder, { recursive: true }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ENOENT") throw new WovError(`${folder}: cannot be made. Check whether the disk is read-only`);
    if (!["EEXIST", "ENOTDIR"].includes(code)) throw error;
    throw new WovError(`${relative(root, folder)}: a file is where a folder is expected. Move it away`);
  }
}

/** Takes a lock, also from an owner that is gone; undefined if a running process holds it. */
function tryAcquire(file: string): (() => void) | undefined {
  const token = randomUUID();
  for (let tries = 0; tries < TRIES; tries++) {
    if (create(file, token)) return keep(file, token);
    const owner = examine(file);
    if (owner === "alive") return undefined;
    if (owner === "free") continue;
    const state = removeDead(file);
    if (state === "alive") return undefined;
    if (state === "busy") wait(WAIT_MS);
  }
  return undefined;
}

/** Creates the lock file unless there is one: of several processes that try, one succeeds. */
function create(file: string, token: string): boolean {
  const [host, since, birth] = [hostname(), new Date().toISOString(), processStat(process.pid).started ?? ""];
  const owner: Owner = { pid: process.pid, host, namespace: namespace(), birth, since, token };
  let handle: number;
  try {
    handle = onDisk(file, () => openSync(file, "wx"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    onDisk(file, () => writeFileSync(handle, JSON.stringify(owner)));
    return true;
  } catch (error) {
    rmSync(file, { force: true }); // the disk was too full for its content
    throw error;
  } finally {
    closeSync(handle);
  }
}

function keep(file: string, token: string): () => void {
  if (held.size === 0) process.once("exit", releaseAll);
  held.set(file, token);
  lost.delete(file);
  const timer = setInterval(() => renew(file, token), RENEW_MS).unref();
  return () => {
    clearInterval(timer);
    release(file, token);
  };
}

function renew(file: string, token: string): void {
  const owner = readOwner(file);
  try {
    if (owner ? owner.token !== token : !existsSync(file)) lost.add(file);
    else utimesSync(file, new Date(), new Date());
  } catch {
    // A timer must not throw; the next renewal tries again.
  }
}

function release(file: string, token: string): void {
  if (held.get(file) !== token) return;
  held.delete(file);
  if (held.size === 0) process.off("exit", releaseAll);
  if (readOwner(file)?.token === token) rmSync(file, { force: true });
}

function releaseAll(): void {
  for (const [file, token] of held) release(file, token);
}

/**
 * Removes a lock whose owner is gone. Only the holder of a second lock may do so, after looking once more: otherwise,
 * of two processes that found the same dead lock, the slower one would remove the fresh lock of the faster one.
 *
 * @returns "busy" if another process is removing it; "alive" if its owner has renewed it
 */
function removeDead(file: string): "removed" | "busy" | "alive" {
  const release = tryAcquire(`${file}.takeover`);
  if (!release) return "busy";
  try {
    if (examine(file) !== "gone") return "removed"; // by another process, a moment ago
    if (isRenewed(file)) return "alive";
    rmSync(file, { force: true });
    return "removed";
  } finally {
    release();
  }
}

/** Watches the lock of an owner that is not on this machine. */
function isRenewed(file: string): boolean {
  const time = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const before = time();
  const owner = readOwner(file);
  if (owner && isLocal(owner)) return false;
  for (let waited = 0; waited < WATCH_MS && time() === before; waited += WAIT_MS) wait(WAIT_MS);
  return time() !== before;
}

/** Whether the owner of a lock exists; "free" if the lock has just been released. */
function examine(file: string): "alive" | "gone" | "free" {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return "free";
  if (!stats.isFile()) throw new WovError(`${file}: expected a lock file, found something else. Move it away`);
  const owner = readOwner(file);
  const exists = owner && isLocal(owner) ? isRunning(owner) : Math.abs(Date.now() - stats.mtimeMs) < STALE_MS;
  return exists ? "alive" : "gone";
}

const isLocal = (owner: Owner): boolean => owner.host === hostname() && owner.namespace === namespace();

const wait = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function readOwner(file: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** Whether the process that took a lock still runs on this machine, and no other process has its pid. */
function isRunning({ pid, birth }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const { state, started } = processStat(pid);
  return state !== "Z" && (!started || !birth || started === birth); // Z (zombie): dead, but not reaped by its parent
}

/** State and start of a process, if the system has /proc. */
function processStat(pid: number): { state?: string; started?: string } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return { state: fields[0], started: fields[19] };
  } catch {
    return {};
  }
}

/** The boot of this machine, and the namespace in which this process has its pid; "" if the system has neither. */
function namespace(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}
