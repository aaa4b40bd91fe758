import { type Decoding, type Request, textRequest } from "../ask/index";
import {
  type PromptSet,
  paperPrompts,
  QUESTIONS_PER_CALL,
  renderQuestions,
  type WrittenQuestion,
} from "../prompts/index";
import { createRandom } from "../random";

/** What determines the generation requests. */
export interface Generation {
  model: string;
  seed: number;
  maxTokens: number;
  /** Seed questions shown per call; all of them by default, as in the paper. */
  examples?: number;
  /** The paper's wording by default. */
  prompts?: PromptSet;
}

/** Expected samples per call if nothing is known about the source: nearly all that a call asks for. */
export const EXPECTED_PER_CALL = 0.95 * QUESTIONS_PER_CALL;

/** The seed questions that a call shows, in order, as indices from 0. */
export const seedOrder = (seeds: number, { seed, examples }: Generation, call: number): number[] =>
  createRandom("generate", seed, call)
    .shuffle(Array.from({ length: seeds }, (_, i) => i))
    .slice(0, examples);

/**
 * One request per call (paper, §3.1 and Figure 4): the seed questions as examples. The paper states neither their order
 * nor the temperature: here they are shuffled for each call, at temperature 1. A call does not depend on the others.
 */
export function generationRequests(
  seeds: readonly WrittenQuestion[],
  generation: Generation,
  calls: number,
): Request[] {
  const { prompts = paperPrompts } = generation;
  return Array.from({ length: calls }, (_, call) => {
    const examples = seedOrder(seeds.length, generation, call).map((index) => seeds[index]!);
    const decoding: Decoding = {
      model: generation.model,
      max_tokens: generation.maxTokens,
      temperature: 1,
      seed: createRandom("call", generation.seed, call).int(2 ** 31),
    };
    return textRequest(callId(call), prompts.generation(renderQuestions(examples)), decoding);
  });
}

/** `custom_id` of a call. */
export const callId = (call: number): string => `call-${call}`;
