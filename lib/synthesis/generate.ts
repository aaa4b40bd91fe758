import { type Decoding, type Request, textRequest } from "../ask/index";
import { generationPrompt, renderQuestions, type WrittenQuestion } from "../prompts/index";
import { createRandom } from "../random";

/** How questions are asked for. */
export interface Generation {
  model: string;
  seed: number;
  maxTokens: number;
  /** Seeds that a call shows as examples; all of them where it is left out, as in the paper. */
  examples?: number;
}

/** Questions that the paper's prompt asks for in one call. */
export const QUESTIONS_PER_CALL = 5;
/** What a call is expected to leave where nothing is known of its source: nearly all that it is asked for. */
export const EXPECTED_PER_CALL = 0.95 * QUESTIONS_PER_CALL;

/** The seeds that a call shows, in their order there: places among all, from 0. */
export const seedOrder = (seeds: number, { seed, examples }: Generation, call: number): number[] =>
  createRandom("generate", seed, call)
    .shuffle(Array.from({ length: seeds }, (_, i) => i))
    .slice(0, examples);

/**
 * One request a call (paper, §3.1 and Figure 4): all ten seeds as examples, in an order of their own each
 * time, five new questions wanted, at temperature 1. A call is the same whatever calls come before it.
 */
export function generationRequests(seeds: readonly WrittenQuestion[], how: Generation, calls: number): Request[] {
  return Array.from({ length: calls }, (_, call) => {
    const examples = seedOrder(seeds.length, how, call).map((place) => seeds[place]!);
    const decoding: Decoding = {
      model: how.model,
      max_tokens: how.maxTokens,
      temperature: 1,
      seed: createRandom("call", how.seed, call).int(2 ** 31),
    };
    return textRequest(callId(call), generationPrompt(renderQuestions(examples)), decoding);
  });
}

/** `custom_id` of a call. */
export const callId = (call: number): string => `call-${call}`;
