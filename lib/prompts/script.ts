import { type Option, renderOptions } from "./options";

/**
 * The shorter wording that the authors' scripts share between text-only training and asking afterwards
 * (Derekkk/vllm_finetune); with a picture the situation reads "Shown in the given image."
 */
export function scriptDecisionPrompt(situation: string, options: readonly Option[], question: string): string {
  return (
    "You are given a situation and a question. Based on the situation provided, select the most appropriate option " +
    `to answer the question:\n## Situation: ${situation}\n## Question: ${question}\n${renderOptions(options)}\n` +
    "Now answer the question. Just output the choice:"
  );
}
