import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { checkRun } from "./check";
import { digestOf, readDigests, writeDigests } from "./digests";
import { onDisk } from "./disk";
import { lockRun } from "./lock";
import { appendLines, parseRecord, readLines } from "./records";

const RECORDS = "records.jsonl";
const MANIFEST = "manifest.json";

/** What a repair did. */
export type Repair = { kept: number; dropped: number } | { movedTo: string } | { hidden: string[] };

/**
 * Repairs a damaged run without deleting anything. Files that were added are hidden. Unchanged replies, which may have
 * been paid for, are kept, and the run becomes incomplete: the next command asks for the rest. Any other run is set
 * aside, to be computed again.
 *
 * @returns undefined if the run is not damaged
 */
export function repairRun(root: string, id: string): Repair | undefined {
  const release = lockRun(root, id);
  try {
    const check = checkRun(root, id, true);
    if (check.state !== "damaged") return undefined;
    const folder = join(root, "runs", id);
    const hidden = check.problems.flatMap(({ file, added }) => (added ? [setAside(join(folder, file), ".")] : []));
    const changed = check.problems.flatMap(({ file, added }) => (added ? [] : [file]));
    if (changed.length === 0) return { hidden: hidden.map((path) => relative(root, path)) };
    const lines = [...readLines(join(folder, RECORDS))];
    const sound = soundLines(folder, lines, changed);
    if (sound.length === 0 || !sound.every(holdsReply)) return { movedTo: relative(root, setAside(folder, "")) };
    // The manifest is set aside last: until then the run counts as damaged, and an interrupted repair starts again.
    if (changed.includes(RECORDS) || sound.length < lines.length) {
      replaceRecords(folder, sound);
      writeDigests(folder);
    }
    const others = changed.filter((name) => name !== RECORDS && name !== MANIFEST);
    for (const name of [...others, MANIFEST]) setAside(join(folder, name), ".");
    return { kept: sound.length, dropped: lines.length - sound.length };
  } finally {
    release();
  }
}

/**
 * All lines if the records are unchanged, otherwise those whose digests are known. Of a run without a manifest, also
 * later ones that can be read.
 */
function soundLines(folder: string, lines: Buffer[], changed: readonly string[]): Buffer[] {
  if (!changed.includes(RECORDS) && !changed.includes(MANIFEST)) return lines;
  const digests = readDigests(folder);
  const known = new Set(digests);
  const isKnown = (line: Buffer) => known.has(digestOf(line));
  if (existsSync(join(folder, MANIFEST))) return lines.filter(isKnown);
  // Records may have been added since the run was complete.
  return lines.filter((line, i) => parseRecord(line) && (i >= digests.length || isKnown(line)));
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
