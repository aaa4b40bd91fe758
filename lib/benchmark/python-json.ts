/** A JSON string, or one of the bare words that Python's json.dumps writes and JSON does not have. */
const STRING_OR_WORD = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|$)|-?\b(?:NaN|Infinity)\b/g;

/** The value of a bare NaN or Infinity; no text in a file equals it by chance. */
export const NOT_A_NUMBER = "\u0000not a number\u0000";

/** Parses JSON as Python writes it: a bare NaN or Infinity becomes `NOT_A_NUMBER`; inside strings nothing changes. */
export function parsePythonJson(text: string): unknown {
  const word = JSON.stringify(NOT_A_NUMBER);
  return JSON.parse(text.replace(STRING_OR_WORD, (token) => (token.startsWith('"') ? token : word)));
}

/** Writes what `parsePythonJson` read, in Python's form. */
export const stringifyPythonJson = (value: unknown): string =>
  JSON.stringify(value, null, 1).replaceAll(JSON.stringify(NOT_A_NUMBER), "NaN");
