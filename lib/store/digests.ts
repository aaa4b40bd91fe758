import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../atomic";
import { sha256 } from "./canonical";
import { onDisk } from "./disk";
import { readLines } from "./records";

/** A file beside the records, with the first digits of the SHA-256 of each record, one per line. */
const DIGESTS = "records.sha256";
const DIGEST_DIGITS = 16;

export const digestOf = (line: Uint8Array) => sha256(line).slice(0, DIGEST_DIGITS);

/** Writes a digest of each record, so that a repair can find the unchanged ones. */
export function writeDigests(folder: string): void {
  const digests = Array.from(readLines(join(folder, "records.jsonl")), digestOf);
  const file = join(folder, DIGESTS);
  if (digests.length > 0) onDisk(file, () => writeAtomic(file, `${digests.join("\n")}\n`));
  else rmSync(file, { force: true });
}

/** The digests of the records when the run was last completed; none before. */
export const readDigests = (folder: string): string[] => Array.from(readLines(join(folder, DIGESTS)), String);

/**
 * What is wrong with the records of a run that was complete once and now lacks its manifest: it may have got more
 * records since, after the first ones. Undefined if they are as they were.
 */
export function findChangedRecord(folder: string): string | undefined {
  if (!existsSync(join(folder, DIGESTS))) return undefined;
  const lines = readLines(join(folder, "records.jsonl"));
  for (const [i, digest] of readDigests(folder).entries()) {
    const { value: line, done } = lines.next();
    if (done || digestOf(line) !== digest)
      return `has ${done ? "lost" : "another"} line ${i + 1} since the run was completed, and manifest.json is missing`;
  }
  return undefined;
}
