import type { Part, Request } from "../ask/index";
import { textsOf, toParts } from "./counter";
import type { ModelFolder } from "./model-folder";

/** What templates show as today, `DATE` of remote/chat_template.py, and the codes of strftime that write it. */
const DATE = "26 Jul 2024";
const CODES: Readonly<Record<string, string>> = { d: "26", m: "07", b: "Jul", B: "July", y: "24", Y: "2024" };

/** `pin_date` of remote/chat_template.py: the template with a fixed date where it asks for today's. */
const pinDate = (template: string): string =>
  template.replace(/strftime_now\(\s*(['"])(.*?)\1\s*\)/g, (_, __, format: string) =>
    JSON.stringify(format.replace(/%(\w)/g, (code, letter: string) => CODES[letter] ?? code)),
  );

/**
 * A model's chat template with a fixed date, found as transformers finds it: the processor's for a model that takes
 * pictures, and the tokenizer's for others.
 */
export function findChatTemplate(folder: ModelFolder, multimodal: boolean): string | undefined {
  const ofProcessor = () =>
    templateIn(folder.json("processor_config.json")) ?? templateIn(folder.json("chat_template.json"));
  const found =
    (multimodal ? ofProcessor() : undefined) ??
    folder.text("chat_template.jinja") ??
    templateIn(folder.json("tokenizer_config.json"));
  return found === undefined ? undefined : pinDate(found);
}

/** A chat template in a configuration: a text, or several with names. */
function templateIn(config: Record<string, unknown> | undefined): string | undefined {
  const given = config?.chat_template;
  if (!Array.isArray(given)) return typeof given === "string" ? given : undefined;
  return given.find(({ name }) => name === "default")?.template;
}

/** What a template is rendered with, as `apply_chat_template` in remote/predict.py does it. */
export function templateInput(
  { body }: Request,
  multimodal: boolean,
  specialTokens: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return {
    ...specialTokens,
    messages: body.messages.map(({ role, content }) => ({ role, content: contentFor(content, multimodal) })),
    tools: null,
    documents: null,
    add_generation_prompt: true,
    date_string: DATE,
  };
}

/** `content` of remote/batch_lines.py: a list of parts for processors, a string for tokenizers. */
const contentFor = (content: string | Part[], multimodal: boolean) =>
  multimodal
    ? toParts(content).map((part) => (part.type === "text" ? part : { type: "image", image: "<Image>" }))
    : textsOf(toParts(content)).join("");

/** The texts of a tokenizer's special tokens by name: `bos_token`, `eos_token` and so on. */
export function specialTokensOf(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = Object.entries(config).filter(([key]) => key.endsWith("_token"));
  const texts = named.map(([key, value]) => [key, (value as { content?: unknown } | null)?.content ?? value] as const);
  return Object.fromEntries(texts.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}
