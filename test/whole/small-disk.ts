import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";

const PAGE = 4096;

/** A disk in memory that can be filled. */
export interface SmallDisk {
  /** Fills it to the last page, but for some bytes. */
  fill(leave?: number): void;
  /** Makes room again. */
  clear(): void;
  unmount(): void;
}

/** Mounts a small disk at a folder; undefined where that is not permitted. */
export function mountSmallDisk(folder: string, size: string): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true });
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]).status !== 0) return undefined;
  const filler = join(folder, ".filler");
  return {
    fill(leave = 0) {
      const handle = openSync(filler, "a");
      let written = 0;
      try {
        for (;;) written += writeSync(handle, Buffer.alloc(PAGE));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(handle);
      }
      if (leave > 0) truncateSync(filler, Math.max(0, written - leave));
    },
    clear: () => rmSync(filler, { force: true }),
    unmount: () => void spawnSync("umount", ["--lazy", folder]),
  };
}
