import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { writeAtomic } from "../atomic";
import { sha256 } from "./canonical";
import { checkRun } from "./check";
import { onDisk } from "./disk";
import { lockRun } from "./lock";
import { appendLines, parseRecord, readLines } from "./records";

/** A file beside the records, with the first digits of the SHA-256 of each record, one per line. */
const DIGESTS = "records.sha256";
const DIGEST_DIGITS = 16;
const RECORDS = "records.jsonl";
const MANIFEST = "manifest.json";

const digestOf = (line: Uint8Array) => sha256(line).slice(0, DIGEST_DIGITS);

/** Writes a digest of each record, so that a repair can find the unchanged ones. */
export function writeDigests(folder: string): void {
  const digests = Array.from(readLines(join(folder, RECORDS)), digestOf);
  const file = join(folder, DIGESTS);
  if (digests.length > 0) onDisk(file, () => writeAtomic(file, `${digests.join("\n")}\n`));
}

/** What a repair did. */
export type Repair = { kept: number; dropped: number } | { movedTo: string };

/**
 * Repairs a damaged run without deleting anything. Unchanged replies, which may have been paid for, are kept, and the
 * run becomes incomplete: the next command asks for the rest. Any other run is set aside, to be computed again.
 *
 * @returns undefined if the run is not damaged
 */
export function repairRun(root: string, id: string): Repair | undefined {
  const release = lockRun(root, id);
  try {
    const check = checkRun(root, id, true);
    if (check.state !== "damaged") return undefined;
    const folder = join(root, "runs", id);
    const changed = check.problems.map(({ file }) => file);
    const lines = [...readLines(join(folder, RECORDS))];
    const sound = soundLines(folder, lines, changed);
    if (sound.length === 0 || !sound.every(holdsReply)) return { movedTo: relative(root, setAside(folder, "")) };
    // The manifest is set aside last: until then the run counts as damaged, and an interrupted repair starts again.
    if (changed.includes(RECORDS) || sound.length < lines.length) replaceRecords(folder, sound);
    const others = changed.filter((name) => name !== RECORDS && name !== MANIFEST);
    for (const name of [...others, MANIFEST]) setAside(join(folder, name), ".");
    return { kept: sound.length, dropped: lines.length - sound.length };
  } finally {
    release();
  }
}

/**
 * All lines if the records are unchanged, otherwise those whose digests are known. Of a run that is not complete, those
 * that can be read.
 */
function soundLines(folder: string, lines: Buffer[], changed: readonly string[]): Buffer[] {
  if (!existsSync(join(folder, MANIFEST))) return lines.filter(parseRecord);
  if (!changed.includes(RECORDS) && !changed.includes(MANIFEST)) return lines;
  const digests = new Set(Array.from(readLines(join(folder, DIGESTS)), String));
  return lines.filter((line) => digests.has(digestOf(line)));
}

/** Whether a record is the reply to one request, or the vector of one text, and so can be kept without the others. */
function holdsReply(line: Buffer): boolean {
  const record = parseRecord(line) as { custom_id?: unknown; vector?: unknown } | undefined;
  return record?.custom_id !== undefined || record?.vector !== undefined;
}

/** Renames a file or folder, if it exists, to a name that is ignored. @returns the new path */
function setAside(path: string, prefix: string): string {
  const free = freeName(path, prefix);
  if (existsSync(path)) renameSync(path, free);
  return free;
}

function freeName(path: string, prefix: string): string {
  const base = join(dirname(path), `${prefix}${basename(path)}.damaged`);
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!existsSync(name)) return name;
  }
}

/** Copies the damaged records, then replaces them in one step. */
function replaceRecords(folder: string, lines: readonly Buffer[]): void {
  const file = join(folder, RECORDS);
  const sound = join(folder, `.${RECORDS}.sound`);
  onDisk(file, () => copyFileSync(file, freeName(file, ".")));
  rmSync(sound, { force: true });
  appendLines(sound, lines);
  renameSync(sound, file);
}
