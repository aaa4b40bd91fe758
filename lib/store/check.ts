import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import { findChanges, type Problem } from "./files";
import { type Manifest, readManifest } from "./manifest";
import { hashInId, shortHash } from "./spec";

/** How far a run is: complete; complete, but changed since; interrupted; or without a folder. */
export type RunState = "done" | "damaged" | "begun" | "new";

/** What a check of a run has found. */
export type RunCheck =
  | { state: "done"; manifest: Manifest }
  | { state: "damaged"; problems: Problem[] }
  | { state: "begun" | "new" };

/** Runs that this process has found sound, by folder, and when their manifests were written. */
const checked = new Map<string, { written: string; check: RunCheck }>();

/**
 * Compares a run with its manifest: size and time of the last change of each file, the content where the time differs.
 * A process does this once for each run, since a table reads some runs many times.
 *
 * @param full compares all contents, and again
 */
export function checkRun(root: string, id: string, full = false): RunCheck {
  const folder = join(root, "runs", id);
  const found = statSync(join(folder, "manifest.json"), { throwIfNoEntry: false });
  if (!found) return { state: existsSync(folder) ? "begun" : "new" };
  const written = `${found.ino} ${found.mtimeMs} ${found.size}`;
  const before = checked.get(folder);
  if (!full && before?.written === written) return before.check;
  const check = compare(folder, id, full);
  if (check.state === "done") checked.set(folder, { written, check });
  else checked.delete(folder);
  return check;
}

function compare(folder: string, id: string, full: boolean): RunCheck {
  let manifest: Manifest;
  try {
    manifest = readManifest(join(folder, "manifest.json"));
  } catch (error) {
    return {
      state: "damaged",
      problems: [{ file: "manifest.json", wrong: `cannot be read: ${(error as Error).message}` }],
    };
  }
  const fits = `${manifest.step}/${shortHash(manifest.hash)}` === stepAndHash(id);
  const problems = fits
    ? findChanges(folder, manifest.files, full)
    : [{ file: "manifest.json", wrong: "belongs to another run" }];
  return problems.length === 0 ? { state: "done", manifest } : { state: "damaged", problems };
}

const stepAndHash = (id: string) => `${id.slice(0, id.indexOf("/"))}/${hashInId(id)}`;

const MAX_SHOWN = 3;

/** What is wrong with a run, as one phrase. */
export function listProblems(problems: readonly Problem[]): string {
  const shown = problems.slice(0, MAX_SHOWN).map(({ file, wrong }) => `${file} ${wrong}`);
  const more = problems.length > MAX_SHOWN ? [`${problems.length - MAX_SHOWN} more files have changed`] : [];
  return [...shown, ...more].join("; ");
}

/** The refusal of a damaged run, with the way out. */
export function damageError(id: string, problems: readonly Problem[]): WovError {
  return new WovError(
    `runs/${id} has changed since it was completed: ${listProblems(problems)}. Restore it from a copy, or run ` +
      `\`wov verify ${id} --repair\`: replies that are unchanged are kept, and only the rest is computed again`,
  );
}
