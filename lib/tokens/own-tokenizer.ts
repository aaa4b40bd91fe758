import type { Request } from "../ask/index";
import { WovError } from "../errors";
import { findChatTemplate, specialTokensOf, templateInput } from "./chat-template";
import { partsOf, picturesOf, type TokenCounter } from "./counter";
import type { ModelFolder } from "./model-folder";
import type { PictureSize } from "./picture-size";
import { openProcessor } from "./processor";

/**
 * Counts with a model's own tokenizer and chat template, and with the rules by which its processor expands pictures. It
 * counts what remote/predict.py reports as `usage.prompt_tokens`. Undefined if the folder holds no chat template.
 */
export async function openOwnTokenizer(
  folder: ModelFolder,
  sizeOf: (url: string) => PictureSize,
): Promise<TokenCounter | undefined> {
  const multimodal = folder.json("config.json")?.vision_config !== undefined; // as in remote/loading.py
  const source = findChatTemplate(folder, multimodal);
  if (source === undefined) return undefined;
  const [{ Tokenizer }, { Template }] = await Promise.all([
    import("@huggingface/tokenizers"),
    import("@huggingface/jinja"),
  ]);
  const config = folder.json("tokenizer_config.json") ?? {};
  const tokenizer = new Tokenizer(folder.json("tokenizer.json")!, config);
  const template = new Template(source);
  const special = specialTokensOf(config);
  const pictures = multimodal ? openProcessor(folder) : undefined;
  const addsBos = folder.json("config.json")?.model_type === "mllama";
  const count = (text: string, add_special_tokens: boolean) =>
    tokenizer.encode(text, { add_special_tokens }).ids.length;

  const prompt = (request: Request): number => {
    const text = template.render(templateInput(request, multimodal, special));
    const shown = picturesOf(partsOf(request));
    if (!pictures) {
      if (shown.length > 0) throw new WovError(`request ${request.custom_id}: ${folder.path} takes no pictures`, 2);
      return count(text, false);
    }
    const bos = special.bos_token;
    const whole = addsBos && bos !== undefined ? withBos(text, bos, special.image_token ?? "<|image|>") : text;
    // A processor lets the tokenizer add its special tokens, unless the template has begun with them.
    const tokens = count(whole, !(bos !== undefined && text.startsWith(bos)));
    // A template writes one token per picture, which the processor expands.
    return shown.length === 0 ? tokens : tokens - shown.length + pictures.tokens(shown.map(sizeOf));
  };
  const how = `the model's own tokenizer and chat template${pictures?.note ?? ""}`;
  return { how, prompt, text: (text) => count(text, false) };
}

/** Mllama's processor puts the first token after the pictures at the start: `build_string_from_input`. */
function withBos(prompt: string, bos: string, image: string): string {
  if (prompt.includes(bos)) return prompt;
  let start = 0;
  while (prompt.startsWith(image, start)) start += image.length;
  return prompt.slice(0, start) + bos + prompt.slice(start);
}
