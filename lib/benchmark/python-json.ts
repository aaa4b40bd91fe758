/** The value of a bare NaN or Infinity; no text in a file equals it by chance. */
export const NOT_A_NUMBER = "\u0000not a number\u0000";

/** Nothing in a benchmark or in predictions is nested deeper, and more could not be written: `JSON.stringify` recurses. */
const MAX_DEPTH = 500;

/** One of the words that Python's json.dumps writes and JSON does not have. */
const WORD = /-?\b(?:NaN|Infinity)\b/y;

/**
 * Parses JSON as Python writes it: a bare NaN or Infinity becomes `NOT_A_NUMBER`; inside strings nothing changes.
 *
 * @throws SyntaxError if the text is not JSON, or is nested too deeply
 */
export const parsePythonJson = (text: string): unknown => JSON.parse(replaceWords(text));

/** Writes what `parsePythonJson` read, in Python's form. */
export const stringifyPythonJson = (value: unknown): string =>
  JSON.stringify(value, null, 1).replaceAll(JSON.stringify(NOT_A_NUMBER), "NaN");

/** A loop rather than one regular expression, which runs out of stack on strings of many escapes. */
function replaceWords(text: string): string {
  const parts: string[] = [];
  let [from, depth] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '"') i = endOfString(text, i);
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    else if (character === "-" || character === "N" || character === "I") {
      WORD.lastIndex = i;
      const word = WORD.exec(text)?.[0];
      if (word === undefined) continue;
      parts.push(text.slice(from, i), JSON.stringify(NOT_A_NUMBER));
      from = i + word.length;
      i = from - 1;
    }
    if (depth > MAX_DEPTH) throw new SyntaxError(`brackets are nested more than ${MAX_DEPTH} deep`);
  }
  return from === 0 ? text : [...parts, text.slice(from)].join("");
}

/** Where the quotation mark is that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i;
}
