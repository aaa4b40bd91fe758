import { join } from "node:path";
import { type Budget, type Request, spentTokens, type Tokens } from "../ask/index";
import { readRecords } from "../store/index";
import { type EndpointBackend, priceIn } from "./backend";
import type { Group, Step } from "./step";
import type { Study } from "./study";

/** A step that an endpoint answers. */
type EndpointStep = Step & { backend: EndpointBackend };

/** The steps that endpoints answer. */
export const endpointSteps = (steps: readonly Step[]): EndpointStep[] =>
  steps.filter((step): step is EndpointStep => step.backend?.kind === "endpoint");

/** The tokens of each answer that a step has been charged for so far. */
export const paidSoFar = (root: string, { run }: Step): Tokens[] =>
  spentTokens(root, run, readRecords(join(root, run.path("requests.jsonl"))) as Request[]);

/** Counts what the steps of a study have cost so far, finished or not, so that a budget holds over restarts. */
export function countSpent(root: string, budget: Budget, steps: readonly Step[]): void {
  for (const step of endpointSteps(steps)) {
    const state = step.run.state();
    if (state === "damaged") continue;
    const account = budget.account(step.run.id, priceIn(step.backend));
    if (state === "done") account.restoreUsd(step.run.manifest()!.costUsd);
    else account.restore(paidSoFar(root, step));
  }
}

/** Whether steps are left that may cost money. @throws WovError if a price is not known */
export function mayCost({ plan }: Pick<Study, "plan">, only?: readonly Group[]): boolean {
  const open = plan(only).flatMap(({ step, state }) => (state === "done" ? [] : [step]));
  return endpointSteps(open).some(({ backend }) => {
    const { input, output } = backend.price();
    return input + output > 0;
  });
}
