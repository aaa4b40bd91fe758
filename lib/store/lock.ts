import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import { z } from "zod";
import { WovError } from "../errors";
import { onDisk, writeJson } from "./disk";

const ownerSchema = z.object({ pid: z.int(), host: z.string(), since: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/** A lock that its owner has not touched for so long is stale, even where its process cannot be asked. */
const STALE_MS = 60_000;

/**
 * Makes this process the only one that writes under `root`/runs, until the returned function is called or the
 * process ends. The lock of a dead process is taken over.
 *
 * @throws WovError that names the process which holds the lock
 */
export function lockStudy(root: string): () => void {
  const runs = join(root, "runs");
  const lock = join(runs, ".lock");
  const ownerFile = join(runs, ".lock.json");
  onDisk(runs, () => mkdirSync(runs, { recursive: true }));
  const before = readOwner(ownerFile);
  if (before && isDead(before)) rmSync(lock, { recursive: true, force: true });
  const release = tryLock(runs, lock, before);
  writeJson(ownerFile, { pid: process.pid, host: hostname(), since: new Date().toISOString() } satisfies Owner);
  return () => {
    rmSync(ownerFile, { force: true });
    release();
  };
}

function tryLock(runs: string, lock: string, owner: Owner | undefined): () => void {
  try {
    return lockfile.lockSync(runs, { lockfilePath: lock, stale: STALE_MS, update: STALE_MS / 6 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    const who = owner ? `pid ${owner.pid} on ${owner.host}, since ${owner.since}` : "it has just begun";
    throw new WovError(`another study is running (${who}). Wait until it is done, or stop it, and run again`);
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** Whether the process is known to be gone: only this machine's processes can be asked. */
function isDead({ pid, host }: Owner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Linux: dead, but listed until its parent asks for it, which in a container may be never. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
