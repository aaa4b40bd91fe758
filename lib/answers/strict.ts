import type { Option } from "../benchmark/index";
import { listedLabels, openingLabel, skipLeads, statements } from "./labels";
import { finalPart, shortened } from "./shorten";
import { sameWords, wordsAndMarks } from "./words";

/** Marks of HTML around a word. */
const TAG = /<\/?(?:b|i|em|strong|p|div|span|code|br)\s?\/?>/gi;

/**
 * Reads the choice from a reply, strictly: the letter of an option, or null where none can be read without
 * guessing. A reply that names two options, or one that the item does not have, is unparsed; so is a refusal.
 * The gold letter plays no part. Never throws.
 */
export function readStrict(reply: string, options: readonly Option[]): string | null {
  const tokens = wordsAndMarks(finalPart(shortened(reply).normalize("NFKC").replace(TAG, " ")));
  const letter = statedLetter(tokens, options);
  if (letter !== undefined) return options.some((o) => o.letter === letter) ? letter : null;
  const said = [tokens, tokens.slice(skipLeads(tokens, 0))].map((part) => optionsSaying(part, options));
  return said.find((letters) => letters.length === 1)?.[0] ?? null;
}

/**
 * The one letter that a reply states; null if it names several or contradicts itself; undefined if it names none.
 * Of several statements the last counts: a reply may think again.
 */
function statedLetter(tokens: readonly string[], options: readonly Option[]): string | null | undefined {
  const opening = openingLabel(tokens);
  const stated = statements(tokens);
  const final = new Set(stated[stated.length - 1]?.map(({ letter }) => letter));
  const mentioned = new Set(stated.flat().map(({ letter }) => letter));
  const listed = new Set(listedLabels(tokens).filter((letter) => options.some((o) => o.letter === letter)));
  const others = [...listed].filter((letter) => !mentioned.has(letter));
  // A reply that repeats or weighs several options is decided by what it calls its answer, and by that alone.
  const isList = others.length > 1;
  // "The answer is B. …" opens with a statement, which a later one may correct; a bare "B. …" may not be taken back.
  const opensStating = stated[0]?.[0]?.end === opening?.end;
  if (opening && !isList && !opensStating) final.add(opening.letter);
  if (final.size !== 1) return final.size > 1 || isList ? null : undefined;
  const [letter] = final;
  const said = opening && !isList && opening.letter === letter ? optionsSaying(tokens.slice(opening.end), options) : [];
  return said.length > 0 && !said.includes(letter!) ? null : letter;
}

/** Letters of the options whose full text these tokens are. */
const optionsSaying = (tokens: readonly string[], options: readonly Option[]) =>
  options.filter((option) => sameWords(tokens, wordsAndMarks(option.text))).map((option) => option.letter);
