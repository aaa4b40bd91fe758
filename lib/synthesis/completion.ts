import { captionDecisionPrompt, scriptDecisionPrompt } from "../prompts/index";
import type { Sample } from "./sample";

/** A line of TRL's conversational prompt-completion form. */
export interface PromptCompletion {
  prompt: { role: "user"; content: string }[];
  completion: { role: "assistant"; content: string }[];
}

/** The wording of prompts, and the content of completions. */
export interface Form {
  /**
   * "paper": the paper's prompt for language models, with the sample's own question; "scripts": that of the authors'
   * scripts.
   */
  prompt: "paper" | "scripts";
  /** The letter alone; the letter and the text of the option; both, and the rationale. */
  completion: "letter" | "option" | "option-and-rationale";
}

/** The paper prints no training prompt, so samples use its prompt for LLMs (Appendix B.2). */
export const PAPER_FORM: Form = { prompt: "paper", completion: "letter" };

/** A sample's prompt in training. */
export function trainingPrompt({ situation, options, question }: Sample, { prompt } = PAPER_FORM): string {
  return prompt === "paper"
    ? captionDecisionPrompt(situation, options, question)
    : scriptDecisionPrompt(situation, options, question);
}

/** A sample as a training line; `answer` replaces the sample's own if another model's labels are used. */
export function toPromptCompletion(sample: Sample, form = PAPER_FORM, answer = sample.answer): PromptCompletion {
  const option = `${answer}. ${sample.options.find(({ letter }) => letter === answer)?.text ?? ""}`;
  const content = {
    letter: answer,
    option,
    "option-and-rationale": `${option}\n\n${sample.rationale}`,
  }[form.completion];
  return {
    prompt: [{ role: "user", content: trainingPrompt(sample, form) }],
    completion: [{ role: "assistant", content }],
  };
}
