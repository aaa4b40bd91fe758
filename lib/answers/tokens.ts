import type { Option } from "../benchmark/index";
import { AFTER_LABEL } from "./lexicon";
import { isWord, wordsAndMarks } from "./words";

/** A word or mark of a reply. */
export interface Token {
  /** In lower case. */
  text: string;
  /** The letter, if the token is an option's label or an option's full text. */
  label?: string;
  /** Whether the token holds an option's full text. */
  quotes?: boolean;
}

/** The text of an option as words. */
interface Quotation {
  letter: string;
  words: readonly string[];
}

/** A shorter option text is recognized only if no word is directly before or after it. */
const MIN_WORDS_IN_PROSE = 3;

/**
 * A reply as tokens, in which the full text of an option is one token with the option's letter: what an option
 * says, such as "Do not wait", is not what the reply says. A label and its own option's text are one token as well.
 */
export function readTokens(text: string, options: readonly Option[]): Token[] {
  const raw = wordsAndMarks(text);
  const quotations = quotationsByFirstWord(options);
  const tokens: Token[] = [];
  for (let i = 0; i < raw.length; ) {
    const quoted = quotationAt(raw, i, quotations);
    if (quoted) addQuotation(tokens, quoted.letter);
    else
      tokens.push({ text: raw[i]!.toLowerCase(), label: isLabel(raw, i, options) ? raw[i]!.toUpperCase() : undefined });
    i = quoted?.end ?? i + 1;
  }
  return tokens;
}

/** Adds an option's text; a label right before it, as in "B. Throw the ring", is joined with it. */
function addQuotation(tokens: Token[], letter: string): void {
  let label = tokens.length - 1;
  while (label >= 0 && !isWord(tokens[label]!.text)) label--;
  const before = tokens[label]?.label;
  // The full stop between a label and another option's text is dropped, so that one clause holds both letters.
  const isBare = before && !tokens[label]!.quotes;
  const isOneClause = before === letter || (isBare && !tokens.slice(label).some(({ text }) => text === "\n"));
  if (isOneClause) tokens.length = label + 1;
  if (before === letter) tokens[label]!.quotes = true;
  else tokens.push({ text: letter.toLowerCase(), label: letter, quotes: true });
}

/** Options by the first word of their text, longest first; options with the same text are left out. */
function quotationsByFirstWord(options: readonly Option[]): Map<string, Quotation[]> {
  const all = options.map(({ letter, text }) => ({ letter, words: plainWords(text) }));
  const texts = all.map(({ words }) => words.join(" "));
  const isUnique = ({ words }: Quotation, i: number) =>
    words.length > 0 && texts.indexOf(texts[i]!) === texts.lastIndexOf(texts[i]!);
  const longestFirst = all.filter(isUnique).sort((a, b) => b.words.length - a.words.length);
  const byFirst = new Map<string, Quotation[]>();
  for (const one of longestFirst) byFirst.set(one.words[0]!, [...(byFirst.get(one.words[0]!) ?? []), one]);
  return byFirst;
}

/** Words of options by their text: the same options are read with every reply to an item. */
const known = new Map<string, readonly string[]>();
const MAX_KNOWN = 20_000;

function plainWords(text: string): readonly string[] {
  const before = known.get(text);
  if (before) return before;
  const words = wordsAndMarks(text.normalize("NFKC"))
    .filter(isWord)
    .map((word) => word.toLowerCase());
  if (known.size === MAX_KNOWN) known.clear();
  known.set(text, words);
  return words;
}

/** The option whose full text begins at `at`, ignoring punctuation and case, and where it ends. */
function quotationAt(raw: readonly string[], at: number, quotations: ReadonlyMap<string, Quotation[]>) {
  for (const { letter, words } of quotations.get(raw[at]!.toLowerCase()) ?? []) {
    let end = at;
    const isSame = words.every((word) => {
      while (end > at && end < raw.length && raw[end] !== "\n" && !isWord(raw[end])) end++;
      return raw[end++]?.toLowerCase() === word;
    });
    const standsAlone = !isWord(raw[at - 1]) && !isWord(raw[end]);
    if (isSame && (words.length >= MIN_WORDS_IN_PROSE || standsAlone)) return { letter, end };
  }
  return undefined;
}

/** Whether a token is a label: one capital letter that is not a word, as "A" and "I" are before other words. */
function isLabel(raw: readonly string[], at: number, options: readonly Option[]): boolean {
  const [token, next] = [raw[at]!, raw[at + 1] ?? ""];
  if (/^[a-z]$/.test(token)) return isNamedInLowerCase(raw, at, options);
  if (!/^[A-Z]$/.test(token)) return false;
  const isBeforeWord = /^\p{Script=Latin}/u.test(next);
  if (token === "I") return !isBeforeWord && options.some(({ letter }) => letter === "I");
  return !isBeforeWord || !"AEOY".includes(token) || AFTER_LABEL.has(next.toLowerCase());
}

/** "The answer is d.", "option (b)": a letter of the item, right after a word that announces one, and before no word. */
function isNamedInLowerCase(raw: readonly string[], at: number, options: readonly Option[]): boolean {
  const inBrackets = raw[at - 1] === "(" && raw[at + 1] === ")";
  const [before, after] = inBrackets ? [raw[at - 2], raw[at + 2]] : [raw[at - 1], raw[at + 1]];
  const isAnnounced = /^(?:is|option|answer|choice|choose|pick|select|:)$/i.test(before ?? "");
  return isAnnounced && !isWord(after) && options.some(({ letter }) => letter === raw[at]!.toUpperCase());
}
