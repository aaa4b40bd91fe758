import { captionDecisionPrompt } from "../prompts/index";
import type { Sample } from "./sample";

/** A line of TRL's conversational prompt-completion form. */
export interface PromptCompletion {
  prompt: { role: "user"; content: string }[];
  completion: { role: "assistant"; content: string }[];
}

/** The training prompt: the paper's prompt for language models, with the sample's own question. */
export const trainingPrompt = (sample: Sample) =>
  captionDecisionPrompt(sample.situation, sample.options, sample.question);

/** A sample as the model learns it: the prompt, and the answer's letter as completion. */
export function toPromptCompletion(sample: Sample, answer = sample.answer): PromptCompletion {
  return {
    prompt: [{ role: "user", content: trainingPrompt(sample) }],
    completion: [{ role: "assistant", content: answer }],
  };
}
