/**
 * Reads a reply as the VIVA paper's script does (Derekkk/VIVA_EMNLP24): signs before the first letter go; "B." or
 * "B " at the start is the choice, or any letter of a reply shorter than five signs; one that is sorry and cannot
 * "assist with this request" chooses "D". What is left goes to a judge there; without one it is unparsed (null).
 *
 * Rebuilt from what the script does, not copied. It may name an option that the item does not have.
 */
export function readViva(reply: string): string | null {
  if (reply.includes("I'm sorry") && reply.includes("assist with this request")) return "D";
  const start = reply.search(/[A-Za-z]/);
  if (start < 0) return null;
  const text = reply.slice(start);
  if (/^[A-Z][. ]/.test(text)) return text[0]!;
  return text.length < 5 ? (/[A-Z]/.exec(text)?.[0] ?? null) : null;
}
