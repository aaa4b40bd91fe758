import { tokensOfText } from "../ask/index";
import { partsOf, picturesOf, sum, type TokenCounter, textsOf } from "./counter";
import { PICTURE_TOKENS, type PictureFamily } from "./family";
import type { PictureSize } from "./picture-size";

/** What the chat template of a usual model adds to a message: its marks, and often a sentence for the system. */
const CHAT_TEMPLATE = 20;

/** Counts by a rule of thumb, for a model whose tokenizer cannot be used; `why` ends the sentence "4 characters …". */
export function ruleOfThumb(
  family: PictureFamily,
  sizeOf: (url: string) => PictureSize,
  why = "as its tokenizer is not here",
): TokenCounter {
  const text = (given: string) => tokensOfText(given, "likely");
  return {
    how: `4 characters per token, ${why}`,
    text,
    prompt: (request) => {
      const parts = partsOf(request);
      const pictures = PICTURE_TOKENS[family](picturesOf(parts).map(sizeOf));
      return CHAT_TEMPLATE + sum(textsOf(parts).map(text)) + pictures;
    },
  };
}
