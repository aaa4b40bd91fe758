/** A JSON string, or one of the bare words that Python's json.dumps writes and JSON does not have. */
const STRING_OR_WORD = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|$)|-?\b(?:NaN|Infinity)\b/g;

/** Parses JSON as Python writes it: a bare NaN or Infinity becomes null; inside strings nothing changes. */
export function parsePythonJson(text: string): unknown {
  return JSON.parse(text.replace(STRING_OR_WORD, (token) => (token.startsWith('"') ? token : "null")));
}
