import { type Option, renderOptions } from "./options";

/** The question that both decision prompts of the paper ask (Appendix B.2). */
export const PAPER_QUESTION = "select the most appropriate course of initial action to take:";

/** The prompt for VLMs, which decide on a picture (Appendix B.2, "Prompt for VLMs"); it is the VIVA paper's. */
export function pictureDecisionPrompt(options: readonly Option[]): string {
  return `Based on the image provided, ${PAPER_QUESTION}\n\n${renderOptions(options)}\n\nJust output the choice:`;
}

/**
 * The prompt for LLMs, which decide on a caption (Appendix B.2, third prompt). In training text a sample's own question
 * replaces the paper's; the paper does not print its training prompt.
 */
export function captionDecisionPrompt(
  situation: string,
  options: readonly Option[],
  question = PAPER_QUESTION,
): string {
  return (
    "Given a human-centered situation, and a list of potential actions as responses to handle the situation, " +
    `${question}\n\n#[Situation]: ${situation}\n\n#[Action List]:\n${renderOptions(options)}\n\nJust output the choice:`
  );
}
