import { type Decoding, pictureRequest, type Request, textRequest } from "../ask/index";
import type { Item } from "../benchmark/index";
import type { PromptSet } from "../prompts/index";
import type { RequestOptions } from "./ask-step";
import type { Picture } from "./benchmark-step";

/**
 * A VLM decides on pictures (Appendix B.2, "Prompt for VLMs").
 *
 * @param picture the picture that is shown with an item; an item without one is left out
 */
export const decisionsOnPictures = (
  items: readonly Item[],
  picture: (item: Item) => Picture | undefined,
  prompts: PromptSet,
  decoding: Decoding,
): Request[] =>
  items.flatMap((item) => {
    const shown = picture(item);
    return shown ? [pictureRequest(String(item.index), shown, prompts.picture(item.options), decoding)] : [];
  });

/** A VLM gets the same prompts without pictures. */
export const decisionsWithoutPictures = (items: readonly Item[], prompts: PromptSet, decoding: Decoding): Request[] =>
  items.map(({ index, options }) => textRequest(String(index), prompts.picture(options), decoding));

/**
 * An LLM decides on a text about a situation (Appendix B.2, third prompt): a caption, or VIVA's own sentence.
 *
 * @param text the text about an item; an item without one is left out
 */
export const decisionsOnText = (
  items: readonly Item[],
  text: (item: Item) => string | undefined,
  prompts: PromptSet,
  decoding: Decoding,
): Request[] =>
  items.flatMap((item) => {
    const read = text(item);
    return read ? [textRequest(String(item.index), prompts.text(read, item.options), decoding)] : [];
  });

/** The options of decisions, by the ids of their requests. */
export const optionsOfItems = (items: readonly Item[]): RequestOptions[] =>
  items.map(({ index, options }) => ({
    custom_id: String(index),
    letters: options.map(({ letter }) => letter),
    texts: options.map(({ text }) => text),
  }));

/** A VLM describes pictures (Appendix B.2, "Prompt for Caption Generation"). */
export const captionRequests = (pictures: Iterable<Picture>, prompts: PromptSet, decoding: Decoding): Request[] =>
  [...pictures].map((picture) => pictureRequest(String(picture.index), picture, prompts.caption(), decoding));

/** Greedy decoding (Appendix B.1). */
export const greedy = (model: string, maxTokens: number): Decoding => ({
  model,
  max_tokens: maxTokens,
  temperature: 0,
});
