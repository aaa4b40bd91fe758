import { WovError } from "../errors";
import { hashInId } from "../store/index";
import type { Step } from "./step";
import type { Study } from "./study";

/** Lists a run and all runs that it was made from, one per line, each indented below the run that needs it. */
export function traceBack({ layout, profile }: Study, runId: string): string[] {
  const found = layout.steps.find(({ run }) => hashInId(run.id) === hashInId(runId));
  if (!found) throw new WovError(`no run '${runId}' in the study '${profile.name}'`, 2);
  const seen = new Set<Step>();
  const visit = (step: Step, depth: number): string[] => {
    const line = `${"  ".repeat(depth)}${step.run.id}: ${step.name}`;
    if (seen.has(step)) return [`${line} (see above)`];
    seen.add(step);
    return [line, ...step.needs.flatMap((need) => visit(need, depth + 1))];
  };
  return visit(found, 0);
}
