import { join } from "node:path";
import { type Budget, paidTokens, type Request } from "../ask/index";
import { readRecords } from "../store/index";
import type { AskStep } from "./ask-step";
import { type EndpointBackend, priceIn } from "./backend";
import type { Group, Step } from "./step";
import type { Study } from "./study";

/** The steps that endpoints answer. */
export const endpointSteps = (steps: readonly Step[]): (Step & { backend: EndpointBackend })[] =>
  steps.filter(
    (step): step is Step & { backend: EndpointBackend } => (step as Partial<AskStep>).backend?.kind === "endpoint",
  );

/** Counts what the steps of a study have cost so far, finished or not, so that a budget holds over restarts. */
export function countSpent(root: string, budget: Budget, steps: readonly Step[]): void {
  for (const { run, backend } of endpointSteps(steps)) {
    const state = run.state();
    if (state === "damaged") continue;
    const account = budget.account(run.id, priceIn(backend));
    if (state === "done") {
      account.restoreUsd(run.manifest()!.costUsd);
      continue;
    }
    const records = run.records();
    if (records.length === 0) continue;
    const requests = readRecords(join(root, run.path("requests.jsonl"))) as Request[];
    account.restore(paidTokens(records, requests));
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
