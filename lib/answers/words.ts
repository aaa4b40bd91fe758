import { CHINESE_WORDS } from "./lexicon";

const TOKEN = new RegExp(
  [
    String.raw`\p{N}+(?:[.,]\p{N}+)+`,
    CHINESE_WORDS,
    String.raw`\p{Script=Han}`,
    String.raw`(?:(?!\p{Script=Han})[\p{L}\p{N}])+(?:['’-](?:(?!\p{Script=Han})[\p{L}\p{N}])+)*`,
    String.raw`\n|[^\s\p{L}\p{N}]`,
  ].join("|"),
  "gu",
);

/**
 * A text as words and marks. A word is a run of letters and digits, with apostrophes or hyphens inside it; Chinese
 * is cut into the words of the lexicon and single characters. Every other character, including a line break, is a mark.
 */
export const wordsAndMarks = (text: string): string[] => text.match(TOKEN) ?? [];

export const isWord = (token: string | undefined): token is string =>
  token !== undefined && /^[\p{L}\p{N}]/u.test(token);
