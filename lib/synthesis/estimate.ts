import { BATCH_SHARE, estimateUsd, type Price } from "../ask/index";
import { QUESTIONS_PER_CALL, renderQuestions } from "../prompts/index";
import type { TokenCounter } from "../tokens/index";
import { type Generation, generationRequests } from "./generate";
import type { CallPlan } from "./plan";
import type { Seed } from "./seeds";

/** The expected calls, tokens, cost and time of generation. */
export interface GenerationEstimate {
  calls: number;
  promptTokens: number;
  completionTokens: number;
  /** Live, and through a batch API at half the price. */
  usd: { live: number; batch: number };
  /** If every reply has the maximum length. */
  usdAtMost: { live: number; batch: number };
  /** Hours live, at the given concurrency. */
  hours: number;
}

/** Assumed speed of a live model, in tokens per second for each reply. */
const TOKENS_PER_SECOND = 60;

/** Estimates from the seed questions: new questions are assumed to be as long as these. Tokens are counted by `counter`. */
export function estimateGeneration(
  seeds: readonly Seed[],
  generation: Generation,
  { wanted, perCall }: CallPlan,
  price: Price,
  concurrency: number,
  counter: TokenCounter,
): GenerationEstimate {
  const calls = Math.ceil(wanted / perCall);
  const written = seeds.map((seed) => seed.written);
  const [request] = generationRequests(written, generation, 1);
  const prompt = counter.prompt(request!);
  const completion = Math.ceil((counter.text(renderQuestions(written)) / seeds.length) * QUESTIONS_PER_CALL);
  const both = (live: number) => ({ live, batch: BATCH_SHARE * live });
  return {
    calls,
    promptTokens: calls * prompt,
    completionTokens: calls * completion,
    usd: both((calls * (price.input * prompt + price.output * completion)) / 1e6),
    usdAtMost: both(calls * estimateUsd([request!], price)),
    hours: (calls * completion) / TOKENS_PER_SECOND / concurrency / 3600,
  };
}
