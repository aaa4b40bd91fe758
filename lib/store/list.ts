import { join } from "node:path";
import { checkRun, type RunState } from "./check";
import { listRunFolders, subfolders } from "./folders";
import type { Manifest } from "./manifest";
import { hashInId, type RunSpec, readSpec, shortHash, specHash } from "./spec";

/** A run as found on the disk. */
export interface FoundRun {
  id: string;
  /** Relative to the project's folder. */
  folder: string;
  spec: RunSpec;
  state: RunState;
  /** Absent unless the run is complete and unchanged. */
  manifest: Manifest | undefined;
}

/** All runs under `root`/runs, by id. A folder that does not end with the hash of its spec is not a run. */
export function listRuns(root: string): FoundRun[] {
  return listRunIds(root).flatMap((id) => {
    const folder = join("runs", id);
    const spec = readSpec(join(root, folder, "spec.json"));
    if (!spec || shortHash(specHash(spec)) !== hashInId(id)) return [];
    const check = checkRun(root, id);
    return [{ id, folder, spec, state: check.state, manifest: check.state === "done" ? check.manifest : undefined }];
  });
}

/** The ids of all folders under `root`/runs that have the name of a run. */
export function listRunIds(root: string): string[] {
  const idsOf = (step: string) =>
    [...listRunFolders(join(root, "runs", step)).values()].map((name) => `${step}/${name}`);
  return subfolders(join(root, "runs")).flatMap(idsOf).sort();
}
