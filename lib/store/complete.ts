import { lockStudy } from "./lock";
import type { Outcome, Run } from "./run";

/** Completes a run, unless it is complete already, while no other study writes. */
export async function completeRun(root: string, run: Run, work: () => Promise<Outcome>): Promise<Run> {
  if (run.complete()) return run;
  const release = lockStudy(root);
  try {
    run.finish(await work());
    return run;
  } finally {
    release();
  }
}
