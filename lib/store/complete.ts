import { lockRun } from "./lock";
import type { Outcome, Run } from "./run";

/** Does the work of a run and completes it, unless it is complete already. The run is locked meanwhile. */
export async function completeRun(root: string, run: Run, work: () => Promise<Outcome>): Promise<Run> {
  if (run.complete()) return run;
  const release = lockRun(root, run.id);
  try {
    if (!run.complete()) run.finish(await work()); // another process may have completed it a moment ago
    return run;
  } finally {
    release();
  }
}
