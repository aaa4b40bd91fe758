/** Prompts: the paper's (Appendix B.2, Figure 4; a line break is added where it prints a list); the authors' scripts'; or those of a file. */
export { captionPrompt } from "./caption";
export { captionDecisionPrompt, PAPER_QUESTION, pictureDecisionPrompt } from "./decision";
export { loadPrompts } from "./file";
export { generationPrompt, QUESTIONS_PER_CALL } from "./generation";
export { type Option, renderOptions, splitLabel } from "./options";
export { renderQuestions, type WrittenQuestion } from "./questions";
export { scriptDecisionPrompt } from "./script";
export { type PromptSet, paperPrompts, promptSets, scriptPrompts } from "./set";
