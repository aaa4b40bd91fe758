import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import { findChangedRecord } from "./digests";
import { findChanges, type Problem } from "./files";
import { type Manifest, readManifest } from "./manifest";
import { parseRecord, readLines } from "./records";
import { hashInId, shortHash, specHash } from "./spec";

/** "done": complete; "damaged": changed since it was completed, or its records cannot be read; "begun": not complete yet; "new": without a folder. */
export type RunState = "done" | "damaged" | "begun" | "new";

/** The result of checking a run. */
export type RunCheck =
  | { state: "done"; manifest: Manifest }
  | { state: "damaged"; problems: Problem[] }
  | { state: "begun" | "new" };

/** Runs that this process has found unchanged, by folder, and when their manifests were written. */
const checked = new Map<string, { written: string; check: RunCheck }>();

/**
 * Compares a run's files with its manifest: size and modification time, and the content if the time differs. A process
 * checks a run only once, since a table reads some runs many times.
 *
 * @param full compares all contents, even if the run was checked before, and reads the records of an incomplete run
 */
export function checkRun(root: string, id: string, full = false): RunCheck {
  const folder = join(root, "runs", id);
  const found = statSync(join(folder, "manifest.json"), { throwIfNoEntry: false });
  if (!found) return full ? checkRecords(folder) : { state: existsSync(folder) ? "begun" : "new" };
  const written = `${found.ino} ${found.mtimeMs} ${found.size}`;
  const before = checked.get(folder);
  if (!full && before?.written === written) return before.check;
  const check = compare(folder, id, full);
  if (check.state === "done") checked.set(folder, { written, check });
  else checked.delete(folder);
  return check;
}

/** The state of a run without a manifest, whose records have to be readable for it to go on. */
function checkRecords(folder: string): RunCheck {
  let number = 0;
  for (const line of readLines(join(folder, "records.jsonl"))) {
    number++;
    if (parseRecord(line)) continue;
    return damaged("records.jsonl", `line ${number} is not a JSON object`);
  }
  const changed = findChangedRecord(folder);
  if (changed) return damaged("records.jsonl", changed);
  return { state: existsSync(folder) ? "begun" : "new" };
}

function compare(folder: string, id: string, full: boolean): RunCheck {
  let manifest: Manifest;
  try {
    manifest = readManifest(join(folder, "manifest.json"));
  } catch (error) {
    return damaged("manifest.json", `cannot be read: ${(error as Error).message}`);
  }
  if (`${manifest.step}/${shortHash(manifest.hash)}` !== stepAndHash(id))
    return damaged("manifest.json", "belongs to another run");
  if (specHash(manifest) !== manifest.hash)
    return damaged("manifest.json", "was edited: its spec and parents are not those of the run's id");
  const problems = findChanges(folder, manifest.files, full);
  return problems.length === 0 ? { state: "done", manifest } : { state: "damaged", problems };
}

const damaged = (file: string, wrong: string): RunCheck => ({ state: "damaged", problems: [{ file, wrong }] });

const stepAndHash = (id: string) => `${id.slice(0, id.indexOf("/"))}/${hashInId(id)}`;

const MAX_SHOWN = 3;

/** What is wrong with a run, as one phrase. */
export function listProblems(problems: readonly Problem[]): string {
  const shown = problems.slice(0, MAX_SHOWN).map(({ file, wrong }) => `${file} ${wrong}`);
  const more = problems.length > MAX_SHOWN ? [`${problems.length - MAX_SHOWN} more files`] : [];
  return [...shown, ...more].join("; ");
}

/** The error for a damaged run; it says how to repair the run. */
export function damageError(id: string, problems: readonly Problem[]): WovError {
  return new WovError(
    `runs/${id} has changed since it was completed: ${listProblems(problems)}. Restore it from a copy, or run ` +
      `\`wov verify ${id} --repair\`: unchanged replies are kept, and only the rest is computed again`,
  );
}
