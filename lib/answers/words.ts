import { CHINESE_WORDS } from "./lexicon";

/** A run of letters and digits of one kind, with apostrophes or hyphens inside it. */
const run = (character: string) => `(?:${character})+(?:['’-](?:${character})+)*`;

const TOKEN = new RegExp(
  [
    String.raw`\p{N}+(?:[.,]\p{N}+)+`,
    CHINESE_WORDS,
    String.raw`\p{Script=Han}`,
    run(String.raw`[\p{Script=Latin}\p{N}]`),
    run(String.raw`(?![\p{Script=Han}\p{Script=Latin}])[\p{L}\p{N}\p{M}]`),
    String.raw`\n|[^\s\p{L}\p{N}]`,
  ].join("|"),
  "gu",
);

/**
 * A text as words and marks. A word is a run of letters and digits, with apostrophes or hyphens inside it. It
 * ends where Latin letters meet those of another script, as in "정답은 B입니다". Chinese is cut into the words of the
 * lexicon and single characters. Every other character, including a line break, is a mark.
 */
export const wordsAndMarks = (text: string): string[] => text.match(TOKEN) ?? [];

export const isWord = (token: string | undefined): token is string =>
  token !== undefined && /^[\p{L}\p{N}]/u.test(token);
