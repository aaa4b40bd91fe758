import type { Option } from "../benchmark/index";
import { listedLabels, openingLabel, skipLeads, statedLabels } from "./labels";
import { finalPart, shortened } from "./shorten";
import { sameWords, wordsAndMarks } from "./words";

/**
 * Reads the choice from a reply, strictly: the letter of an option, or null where none can be read without
 * guessing. A reply that names two options, or one that the item does not have, is unread; so is a refusal.
 * The gold letter plays no part. Never throws.
 */
export function readStrict(reply: string, options: readonly Option[]): string | null {
  const tokens = wordsAndMarks(finalPart(shortened(reply).normalize("NFKC")));
  const letter = statedLetter(tokens, options);
  if (letter !== undefined) return options.some((o) => o.letter === letter) ? letter : null;
  const said = [tokens, tokens.slice(skipLeads(tokens, 0))].map((part) => optionsSaying(part, options));
  return said.find((letters) => letters.length === 1)?.[0] ?? null;
}

/** The one letter that a reply states; null if it names several or contradicts itself; undefined if it names none. */
function statedLetter(tokens: readonly string[], options: readonly Option[]): string | null | undefined {
  const opening = openingLabel(tokens);
  const stated = new Set(statedLabels(tokens));
  const listed = new Set(listedLabels(tokens).filter((letter) => options.some((o) => o.letter === letter)));
  const others = [...listed].filter((letter) => !stated.has(letter));
  // A reply that repeats or weighs several options is decided by what it calls its answer, and by that alone.
  const isList = others.length > 1;
  if (opening && !isList) stated.add(opening.letter);
  if (stated.size !== 1) return stated.size > 1 || isList ? null : undefined;
  const [letter] = stated;
  const said = opening && !isList ? optionsSaying(tokens.slice(opening.end), options) : [];
  return said.length > 0 && !said.includes(letter!) ? null : letter;
}

/** Letters of the options whose full text these tokens are. */
const optionsSaying = (tokens: readonly string[], options: readonly Option[]) =>
  options.filter((option) => sameWords(tokens, wordsAndMarks(option.text))).map((option) => option.letter);
