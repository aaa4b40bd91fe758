import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { writeAtomic } from "../atomic";
import { WovError } from "../errors";

/** How bytes get to the disk; tests pass one that fails halfway. */
export interface Disk {
  /** @returns how many of the bytes from `offset` were written */
  write(handle: number, bytes: Buffer, offset: number): number;
  /** Waits until the content would survive a power cut. */
  sync(handle: number): void;
}

export const systemDisk: Disk = { write: (handle, bytes, offset) => writeSync(handle, bytes, offset), sync: fsyncSync };

/** Runs `write`. If the disk is full or cannot be written to, the error says what to do. */
export function onDisk<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code))
      throw new WovError(
        `${path}: the disk is full. What was recorded so far is kept: free some space and run the same command again`,
        1,
        { cause: error },
      );
    if (["EACCES", "EPERM", "EROFS"].includes(code))
      throw new WovError(`${path}: cannot be written to. Check who owns it, and whether the disk is read-only`, 1, {
        cause: error,
      });
    throw error;
  }
}

/** Writes JSON atomically: the file is either complete or as it was before. */
export function writeJson(file: string, value: unknown): void {
  onDisk(file, () => writeAtomic(file, `${JSON.stringify(value, null, 2)}\n`));
}

/** Waits until removals and renames in a folder would survive a power cut. Windows cannot sync folders. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
