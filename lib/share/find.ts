import { WovError } from "../errors";
import { type FoundRun, hashInId, listRuns, type Manifest, openRun } from "../store/index";

/** A finished run. */
export type FinishedRun = FoundRun & { manifest: Manifest };

/** The finished runs of the project. */
export const finishedRuns = (root: string): FinishedRun[] => listRuns(root).filter(isFinished);

const isFinished = (run: FoundRun): run is FinishedRun => run.manifest !== undefined;

/**
 * Finds a finished run of one of some steps by its folder or its id.
 *
 * @throws WovError if there is none, it is not complete, or it has changed since it was completed
 */
export function findRun(root: string, name: string, steps: readonly string[]): FinishedRun {
  const wanted = name.replace(/\/+$/, "");
  const candidates = listRuns(root).filter(({ spec }) => steps.includes(spec.step));
  const found = candidates.find(({ folder, id }) => wanted.endsWith(folder) || wanted === id);
  if (found) openRun(root, found.spec).verify();
  if (found && isFinished(found)) return found;
  const names = candidates.filter(isFinished).map(({ folder }) => folder);
  throw new WovError(
    `${name}: expected a finished run of ${steps.join(" or ")}; there are ${names.join(", ") || "none"}`,
    2,
  );
}

/** The runs that a run was made from. */
export function parentsOf(runs: readonly FinishedRun[], { parents }: Manifest): FinishedRun[] {
  const hashes = parents.map(hashInId);
  return runs.filter(({ id }) => hashes.includes(hashInId(id)));
}
