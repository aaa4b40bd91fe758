import { captionPrompt } from "./caption";
import { captionDecisionPrompt, PAPER_QUESTION, pictureDecisionPrompt } from "./decision";
import { generationPrompt } from "./generation";
import type { Option } from "./options";
import { scriptDecisionPrompt } from "./script";

/** The wording of every prompt of a study. */
export interface PromptSet {
  /** "paper", "scripts", or the hash of a file: sets with the same id ask the same. */
  id: string;
  /** A VLM decides on a picture. */
  picture(options: readonly Option[]): string;
  /** An LLM decides on a text about a situation. Training text has the sample's own question. */
  text(situation: string, options: readonly Option[], question?: string): string;
  /** A VLM describes a picture. */
  caption(): string;
  /** A model generates questions. */
  generation(examples: string): string;
}

/** The paper's prompts (Appendix B.2, Figure 4). It prints no prompt for training text. */
export const paperPrompts: PromptSet = {
  id: "paper",
  picture: pictureDecisionPrompt,
  text: captionDecisionPrompt,
  caption: captionPrompt,
  generation: generationPrompt,
};

/** What the authors' scripts write in place of a situation that a picture shows. */
const SHOWN = "Shown in the given image.";
/** The question about a picture (paper, Figure 3, lower panel). */
const PICTURE_QUESTION = `Given the situation depicted in the image, ${PAPER_QUESTION}`;
/** The question about a text: ours, after that of Figure 3, since the scripts ask each sample's own. */
const TEXT_QUESTION = `Given the situation, ${PAPER_QUESTION}`;

/** The wording of the authors' scripts, which training and inference share. Captions and generation are the paper's. */
export const scriptPrompts: PromptSet = {
  ...paperPrompts,
  id: "scripts",
  picture: (options) => scriptDecisionPrompt(SHOWN, options, PICTURE_QUESTION),
  text: (situation, options, question = TEXT_QUESTION) => scriptDecisionPrompt(situation, options, question),
};

/** The wordings that the kit has, by name. */
export const promptSets = { paper: paperPrompts, scripts: scriptPrompts };
