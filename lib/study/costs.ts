import { countReplies, usdOf } from "../ask/index";
import { priceIn } from "./backend";
import { endpointSteps, paidSoFar } from "./spent";
import type { Step } from "./step";

/** What a step has taken of an endpoint so far. */
export interface StepCost {
  name: string;
  run: string;
  endpoint: string;
  model: string;
  mode: "live" | "batch";
  /** Requests that were answered and charged; one that several items share counts once. */
  paid: number;
  /** Requests that were refused, which cost nothing. */
  refused: number;
  prompt: number;
  completion: number;
  usd: number;
}

/**
 * What the steps of a study have cost, by the tokens that the replies report. Steps that are not finished count with
 * what they have. A finished step costs what its manifest says, whatever the prices are now.
 */
export const costsOf = (root: string, steps: readonly Step[]): StepCost[] =>
  endpointSteps(steps).flatMap((step): StepCost[] => {
    const { name, run, backend } = step;
    const records = run.state() === "damaged" ? [] : run.records();
    if (records.length === 0) return [];
    const tokens = paidSoFar(root, step);
    const sum = { prompt: 0, completion: 0 };
    for (const { prompt, completion } of tokens) {
      sum.prompt += prompt;
      sum.completion += completion;
    }
    const { host: endpoint, modelName: model, mode } = backend;
    const usd = run.manifest()?.costUsd ?? usdOf(priceIn(backend), sum);
    const { refused } = countReplies(records);
    return [{ name, run: run.id, endpoint, model, mode, paid: tokens.length, refused, ...sum, usd }];
  });
