import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Writes a file so that it is either complete or as it was before, also after a power cut. It takes as many writes as
 * the system needs: a disk that is nearly full takes the first bytes without an error, and refuses only the rest.
 */
export function writeAtomic(file: string, content: string | Uint8Array): void {
  const target = linked(file);
  const unfinished = `${target}.${process.pid}.tmp`;
  try {
    const handle = openSync(unfinished, "w");
    try {
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The file that a link names, so that the link stays. */
function linked(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
