import type { Part, Request } from "../ask/index";

/** Counts tokens as a model does. */
export interface TokenCounter {
  /** How it counts, for people to read: "o200k_base (gpt-tokenizer)", "the model's own tokenizer and chat template". */
  how: string;
  /** Tokens of a request's prompt, with its chat template and its pictures. */
  prompt(request: Request): number;
  /** Tokens of a text that the model writes, without the token that ends it. */
  text(text: string): number;
}

/** All parts of a request's messages. */
export const partsOf = ({ body }: Request): Part[] => body.messages.flatMap(({ content }) => toParts(content));

export const toParts = (content: string | Part[]): Part[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : content;

/** The texts of parts, and the names of their pictures (a path with a hash, or a data URL). */
export const textsOf = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
export const picturesOf = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) => (part.type === "image_url" ? [part.image_url.url] : []));

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
