/** The paper's prompts, verbatim (Appendix B.2, Figure 4). */
export { captionPrompt } from "./caption";
export { captionDecisionPrompt, PAPER_QUESTION, pictureDecisionPrompt } from "./decision";
export { generationPrompt, QUESTIONS_PER_CALL } from "./generation";
export { type Option, renderOptions, splitLabel } from "./options";
export { renderQuestions, type WrittenQuestion } from "./questions";
export { scriptDecisionPrompt } from "./script";
