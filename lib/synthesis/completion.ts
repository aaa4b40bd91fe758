import { type PromptSet, paperPrompts } from "../prompts/index";
import type { Sample } from "./sample";

/** A line of TRL's conversational prompt-completion form. */
export interface PromptCompletion {
  prompt: { role: "user"; content: string }[];
  completion: { role: "assistant"; content: string }[];
}

/** The wording of prompts, and the content of completions. */
export interface Form {
  /** Its prompt for decisions on texts, with the sample's own question. */
  prompts: PromptSet;
  /** The letter alone; the letter and the text of the option; both, and the rationale. */
  completion: "letter" | "option" | "option-and-rationale";
}

/** The paper prints no training prompt, so samples use its prompt for LLMs (Appendix B.2). */
export const PAPER_FORM: Form = { prompts: paperPrompts, completion: "letter" };

/** A sample's prompt in training. */
export const trainingPrompt = ({ situation, options, question }: Sample, { prompts } = PAPER_FORM): string =>
  prompts.text(situation, options, question);

/** What determines the training lines of given samples. */
export const formSpec = ({ prompts, completion }: Form) => ({ prompt: prompts.id, completion });

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
