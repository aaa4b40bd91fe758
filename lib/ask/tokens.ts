import type { Request } from "./request";

/** Tokens of prompts and of completions. */
export interface Tokens {
  prompt: number;
  completion: number;
}

/** Tokens of a picture: OpenAI's count for a square of 1,024 pixels in high detail (85 + 4 × 170). */
const TOKENS_PER_PICTURE = 765;
/** Tokens around a message: its role and the marks of the chat format. */
const TOKENS_PER_REQUEST = 10;

/**
 * Tokens of a text, by its length. "likely" is OpenAI's rule of thumb for English, four characters per token. "most"
 * is what budgets reserve: a token per three bytes, which is a third above it for English and holds for other scripts.
 */
export const tokensOfText = (text: string, figure: "likely" | "most"): number =>
  Math.ceil(figure === "likely" ? text.length / 4 : Buffer.byteLength(text) / 3);

/** The most tokens that a request is expected to take: what it says, and all that it may be answered. */
export function estimateTokens({ body }: Request): Tokens {
  const parts = body.messages.flatMap(({ content }) =>
    typeof content === "string" ? [{ type: "text" as const, text: content }] : content,
  );
  const prompt = parts.reduce(
    (sum, part) => sum + (part.type === "text" ? tokensOfText(part.text, "most") : TOKENS_PER_PICTURE),
    TOKENS_PER_REQUEST,
  );
  return { prompt, completion: body.max_tokens };
}
