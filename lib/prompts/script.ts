import { type Option, renderOptions } from "./options";

/**
 * The shorter prompt that the authors' scripts use both for text-only training and for evaluation afterwards
 * (Derekkk/vllm_finetune). With a picture, the situation reads "Shown in the given image."
 */
export function scriptDecisionPrompt(situation: string, options: readonly Option[], question: string): string {
  return (
    "You are given a situation and a question. Based on the situation provided, select the most appropriate option " +
    `to answer the question:\n## Situation: ${situation}\n## Question: ${question}\n${renderOptions(options)}\n` +
    "Now answer the question. Just output the choice:"
  );
}
