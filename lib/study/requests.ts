import { type Decoding, pictureRequest, type Request, textRequest } from "../ask/index";
import type { Item } from "../benchmark/index";
import { captionDecisionPrompt, captionPrompt, pictureDecisionPrompt } from "../prompts/index";

/** A picture as requests name it. */
export interface Picture {
  index: number;
  /** Relative to the project's folder. */
  path: string;
  sha256: string;
}

/** A VLM decides on pictures (Appendix B.2, "Prompt for VLMs"); `picture` gives the one that is shown with an item. */
export const decisionsOnPictures = (
  items: readonly Item[],
  picture: (index: number) => Picture,
  decoding: Decoding,
): Request[] =>
  items.map(({ index, options }) =>
    pictureRequest(String(index), picture(index), pictureDecisionPrompt(options), decoding),
  );

/** An LLM decides on what it reads of a situation (Appendix B.2, third prompt): a caption, or VIVA's own sentence. */
export const decisionsOnText = (items: readonly Item[], text: (item: Item) => string, decoding: Decoding): Request[] =>
  items.map((item) => textRequest(String(item.index), captionDecisionPrompt(text(item), item.options), decoding));

/** A VLM describes pictures (Appendix B.2, "Prompt for Caption Generation"). */
export const descriptionsOf = (pictures: readonly Picture[], decoding: Decoding): Request[] =>
  pictures.map((picture) => pictureRequest(String(picture.index), picture, captionPrompt(), decoding));
