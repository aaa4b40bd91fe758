import { existsSync } from "node:fs";
import { join } from "node:path";
import { findRunFolder, listRunFolders, subfolders } from "./folders";
import { type Manifest, readManifest } from "./manifest";
import { hashInId, type RunSpec, readSpec, runId } from "./spec";

/** A run as found on the disk. */
export interface FoundRun {
  id: string;
  /** Relative to the project's folder. */
  folder: string;
  spec: RunSpec;
  /** Absent while the run is not complete. */
  manifest: Manifest | undefined;
}

/** All runs under `root`/runs, by id. A folder that does not end with the hash of its spec is not a run. */
export function listRuns(root: string): FoundRun[] {
  const ids = subfolders(join(root, "runs")).flatMap((step) =>
    [...listRunFolders(join(root, "runs", step)).values()].flat().map((name) => `${step}/${name}`),
  );
  return ids.sort().flatMap((id) => {
    const folder = join("runs", id);
    const spec = readSpec(join(root, folder, "spec.json"));
    if (!spec || hashInId(runId(spec)) !== hashInId(id)) return [];
    return [{ id, folder, spec, manifest: readManifest(join(root, folder, "manifest.json")) }];
  });
}

/** How far a run is, by its spec alone. */
export function runState(root: string, spec: RunSpec): "done" | "begun" | "new" {
  const id = findRunId(root, spec);
  const folder = join(root, "runs", id);
  if (readManifest(join(folder, "manifest.json"))) return "done";
  return existsSync(folder) ? "begun" : "new";
}

/** The id of a spec's run: that of the folder that exists already, if need be under another name. */
export function findRunId(root: string, spec: RunSpec): string {
  const id = runId(spec);
  const found = findRunFolder(root, spec.step, id.slice(spec.step.length + 1));
  return found ? `${spec.step}/${found}` : id;
}
