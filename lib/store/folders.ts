import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { WovError } from "../errors";

/** A run's folder ends with the first 12 hex digits of its hash. */
const RUN_FOLDER = /-([0-9a-f]{12})$/;

/** For this long, a folder's modification time may stay the same although something was added. */
const CLOCK_TICK_MS = 50;

interface Listing {
  mtimeMs: number;
  /** Folders of runs, by the 12 digits. */
  byHash: Map<string, string>;
}

const listings = new Map<string, Listing>();

/** The folder of a run under runs/STEP, whatever name it has before its hash; undefined if there is none. */
export function findRunFolder(root: string, step: string, hash: string): string | undefined {
  return listRunFolders(join(root, "runs", step)).get(hash);
}

/** When a folder was modified; undefined if there is none. @throws WovError where a file is in its way */
function modified(folder: string): number | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOTDIR") throw error;
    throw new WovError(`${dirname(folder)}: is a file, where the folder of runs is expected. Move it away`, 2);
  }
}

/**
 * The folders of runs in `folder` by hash, read again only if the folder has changed: a study opens thousands of runs.
 */
export function listRunFolders(folder: string): ReadonlyMap<string, string> {
  const mtimeMs = modified(folder);
  if (mtimeMs === undefined) return new Map();
  const cached = listings.get(folder);
  if (cached?.mtimeMs === mtimeMs) return cached.byHash;
  const settled = Date.now() - mtimeMs > CLOCK_TICK_MS;
  const byHash = new Map<string, string>();
  for (const name of subfolders(folder)) {
    const hash = RUN_FOLDER.exec(name)?.[1];
    if (hash) byHash.set(hash, name);
  }
  if (settled) listings.set(folder, { mtimeMs, byHash });
  return byHash;
}

/** Names of the folders in a folder, sorted; none if it does not exist. */
export function subfolders(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
