import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onDisk, type Run } from "../store/index";
import type { Request } from "./request";

/** Bytes of a reply without its text, which may have thinking in it, and of a token. */
const BYTES_PER_REPLY = 65_536;
const BYTES_PER_TOKEN = 8;
const MAX_BYTES = 32 * 2 ** 20;

/**
 * Keeps room on the disk for the replies that are in flight when it becomes full: they are paid for, so they must find
 * a place. The room is a file, which is removed when it is needed, or at the end.
 *
 * @throws WovError where the disk has no such room before anything is asked
 */
export function reserveDisk(root: string, run: Run, requests: readonly Request[], inFlight: number) {
  const file = join(root, run.path(".reserve"));
  const longest = requests.reduce((most, { body }) => Math.max(most, body.max_tokens), 0);
  const bytes = Math.min(MAX_BYTES, inFlight * (BYTES_PER_REPLY + BYTES_PER_TOKEN * longest));
  const release = () => rmSync(file, { force: true });
  release();
  try {
    onDisk(file, () => writeFileSync(file, Buffer.alloc(bytes)));
  } catch (error) {
    release();
    throw error;
  }
  return {
    release,
    /** Writes; where the disk is full, once more with the room that was kept. @throws the error of the full disk then, too */
    write(append: () => void): void {
      try {
        append();
      } catch (error) {
        release();
        append();
        throw error;
      }
    },
  };
}
