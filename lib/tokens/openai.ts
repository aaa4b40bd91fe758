import { partsOf, picturesOf, sum, type TokenCounter, textsOf } from "./counter";
import { openAiPictureTokens } from "./openai-pictures";
import type { PictureSize } from "./picture-size";

/** Encodings by the beginnings of models' names, as in tiktoken's model.py. Each is loaded only where it is needed. */
const ENCODINGS = [
  {
    names: /^(gpt-4o|chatgpt-4o|gpt-4\.[15]|gpt-5|o[134](-|$))/,
    name: "o200k_base",
  },
  {
    names: /^gpt-(4|3\.5)(-|$)/,
    name: "cl100k_base",
  },
] as const;

/** Typed here, since the TypeScript of the notebooks' kernel does not read the exports of packages. */
interface Encoding {
  countTokens(text: string, options: { disallowedSpecial: Set<string> }): number;
}
const load = (name: string): Promise<Encoding> => import(`gpt-tokenizer/encoding/${name}`);

/**
 * OpenAI's marks around a message and before a reply, by https://developers.openai.com/cookbook/examples/
 * how_to_count_tokens_with_tiktoken. Their reasoning models may differ by a few tokens.
 */
const PER_MESSAGE = 3;
const PER_REPLY = 3;

/** Text such as <|endoftext|> in a prompt is counted as text. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** Counts as OpenAI does, or undefined if the name is not one of its models'. A fine-tuned model counts as its base. */
export async function openOpenAi(
  model: string,
  sizeOf: (url: string) => PictureSize,
): Promise<TokenCounter | undefined> {
  const base = model.replace(/^(openai\/|ft:)/, "");
  const encoding = ENCODINGS.find(({ names }) => names.test(base));
  if (!encoding) return undefined;
  const { countTokens } = await load(encoding.name);
  const text = (given: string) => countTokens(given, AS_TEXT);
  const pictureTokens = openAiPictureTokens(base);
  return {
    how: `${encoding.name} (gpt-tokenizer)`,
    text,
    prompt: (request) => {
      const parts = partsOf(request);
      const marks = request.body.messages.map(({ role }) => PER_MESSAGE + text(role));
      const pictures = picturesOf(parts).map((url) => pictureTokens(sizeOf(url)));
      return sum([...marks, ...textsOf(parts).map(text), ...pictures, PER_REPLY]);
    },
  };
}
