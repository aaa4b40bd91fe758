import { textRequest } from "../ask/index";
import type { TokenCounter } from "./counter";
import { familyOf, type PictureFamily } from "./family";
import { findModelFolder } from "./model-folder";
import { openOpenAi } from "./openai";
import { openOwnTokenizer } from "./own-tokenizer";
import { openPictureSizes, type PictureSize, USUAL_PICTURE } from "./picture-size";
import { ruleOfThumb } from "./rule";

/**
 * A model by what is known of it: its name at OpenAI or another endpoint, or its folder or name on the Hub. `family`
 * says how it counts pictures if its name does not tell.
 */
export type CountedModel = ({ openai: string } | { path: string; revision?: string }) & { family?: PictureFamily };

/** Counters with a loaded tokenizer, by what they were opened with. */
const opened = new Map<string, TokenCounter>();

/**
 * Opens what counts tokens as a model does: OpenAI's encodings for its models, a model's own tokenizer if it is on this
 * machine, and otherwise a rule of thumb; `how` says which. Nothing is downloaded. A picture is measured by its file
 * under `root`; one that is not there is assumed to have the size `picture`.
 */
export async function openTokenCounter(
  root: string,
  model: CountedModel,
  picture: PictureSize = USUAL_PICTURE,
): Promise<TokenCounter> {
  const key = JSON.stringify([root, model, picture]);
  const before = opened.get(key);
  if (before) return before;
  const sizeOf = await openPictureSizes(root, picture);
  const family = model.family ?? familyOf("openai" in model ? model.openai : model.path);
  try {
    const counter = await ("openai" in model ? openOpenAi(model.openai, sizeOf) : openLocal(root, model, sizeOf));
    if (!counter) return ruleOfThumb(family, sizeOf); // not kept, as the model may be downloaded later
    opened.set(key, counter);
    return counter;
  } catch (error) {
    return ruleOfThumb(family, sizeOf, `as its tokenizer cannot be used here (${(error as Error).message})`);
  }
}

/** Counts one request, so that a template or tokenizer which cannot be used fails here and not in the middle of a plan. */
async function openLocal(
  root: string,
  { path, revision }: { path: string; revision?: string },
  sizeOf: (url: string) => PictureSize,
): Promise<TokenCounter | undefined> {
  const folder = findModelFolder(root, path, revision);
  const counter = folder && (await openOwnTokenizer(folder, sizeOf));
  counter?.prompt(textRequest("probe", "?", { model: path, max_tokens: 1, temperature: 0 }));
  return counter;
}
