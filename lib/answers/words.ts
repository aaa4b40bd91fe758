/**
 * A text as words and marks: letters and digits that stand together are a word, with an apostrophe or hyphen
 * inside it; each other sign, and a line's end, is a mark of its own. Takes time linear in the text's length.
 */
export function wordsAndMarks(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|\n|[^\s\p{L}\p{N}]/gu) ?? [];
}

export const isWord = (token: string | undefined) => token !== undefined && /^[\p{L}\p{N}]/u.test(token);

/** Whether two lists of tokens have the same words, whatever their marks and case. */
export function sameWords(one: readonly string[], other: readonly string[]): boolean {
  const plain = (tokens: readonly string[]) => tokens.filter(isWord).join(" ").toLowerCase();
  return plain(one) === plain(other);
}
