import { type Request, textRequest } from "../ask/index";
import { generationPrompt, renderQuestions, type WrittenQuestion } from "../prompts/index";
import { createRandom } from "../random";

/** How questions are asked for. */
export interface Generation {
  model: string;
  calls: number;
  seed: number;
  maxTokens: number;
}

/** Questions that the paper's prompt asks for in one call. */
export const QUESTIONS_PER_CALL = 5;

/**
 * One request a call (paper, §3.1 and Figure 4): all ten seeds as examples, in an order of their own each
 * time, five new questions wanted, at temperature 1.
 */
export function generationRequests(seeds: readonly WrittenQuestion[], how: Generation): Request[] {
  return Array.from({ length: how.calls }, (_, call) => {
    const random = createRandom("generate", how.seed, call);
    const prompt = generationPrompt(renderQuestions(random.shuffle(seeds)));
    return textRequest(`call-${call}`, prompt, {
      model: how.model,
      max_tokens: how.maxTokens,
      temperature: 1,
      seed: random.int(2 ** 31),
    });
  });
}
