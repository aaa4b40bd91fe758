import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, readManifest } from "./manifest";
import { type RunSpec, readSpec, runId } from "./spec";

/** A run as found on the disk. */
export interface FoundRun {
  id: string;
  /** Relative to the project's folder. */
  folder: string;
  spec: RunSpec;
  /** Absent while the run is not complete. */
  manifest: Manifest | undefined;
}

/** All runs under `root`/runs, by id. A folder whose spec does not give its name is no run of ours and left out. */
export function listRuns(root: string): FoundRun[] {
  const ids = foldersIn(join(root, "runs")).flatMap((step) =>
    foldersIn(join(root, "runs", step)).map((name) => `${step}/${name}`),
  );
  return ids.flatMap((id) => {
    const folder = join("runs", id);
    const spec = readSpec(join(root, folder, "spec.json"));
    if (!spec || runId(spec) !== id) return [];
    return [{ id, folder, spec, manifest: readManifest(join(root, folder, "manifest.json")) }];
  });
}

/** How far a run is, by its spec alone. */
export function runState(root: string, spec: RunSpec): "done" | "begun" | "new" {
  const folder = join(root, "runs", runId(spec));
  if (readManifest(join(folder, "manifest.json"))) return "done";
  return existsSync(folder) ? "begun" : "new";
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
