import { existsSync } from "node:fs";
import { join } from "node:path";
import { listRunFolders, subfolders } from "./folders";
import { type Manifest, readManifest } from "./manifest";
import { openRun } from "./run";
import { hashInId, type RunSpec, readSpec, shortHash, specHash } from "./spec";

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
    [...listRunFolders(join(root, "runs", step)).values()].map((name) => `${step}/${name}`),
  );
  return ids.sort().flatMap((id) => {
    const folder = join("runs", id);
    const spec = readSpec(join(root, folder, "spec.json"));
    if (!spec || shortHash(specHash(spec)) !== hashInId(id)) return [];
    return [{ id, folder, spec, manifest: readManifest(join(root, folder, "manifest.json")) }];
  });
}

/** How far a run is, by its spec alone. */
export function runState(root: string, spec: RunSpec): "done" | "begun" | "new" {
  const run = openRun(root, spec);
  if (run.complete()) return "done";
  return existsSync(join(root, run.folder)) ? "begun" : "new";
}
