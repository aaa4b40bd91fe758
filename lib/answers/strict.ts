import { withoutThinking } from "../ask/index";
import type { Option } from "../benchmark/index";
import { type Clause, splitClauses } from "./clauses";
import { isCue, isDenial, isOnlyNamed, isOwn, isPredicate, isRejection, isReport } from "./cues";
import { CLAUSE_START, CORRECTION, DENIAL, FILLER, OPTION } from "./lexicon";
import { markedAnswer, shorten } from "./shorten";
import { readTokens, type Token } from "./tokens";
import { isWord, wordsAndMarks } from "./words";

/** What one clause says about the options. */
interface Statement {
  /** null if the clause names several options, or one under a condition. */
  letter: string | null;
  /** "stated": "the answer is B"; "alone": "B"; "entry": "B: the ring floats", which may be part of a list. */
  kind: "stated" | "alone" | "entry";
  clause: Clause;
}

/** HTML tags, and Markdown and LaTeX formatting. */
const ORNAMENT = /\\(?:text|textbf|mathbf|mathrm)\b|<\/?(?:b|i|em|strong|p|div|span|code|br)\s?\/?>|[*`]+/gi;

/**
 * Reads the choice from a reply, strictly: the letter of an option, or null if none can be read without
 * guessing. A reply that names two options, or one that the item does not have, is unparsed; so are a refusal and a
 * choice under a condition. The gold letter is not used. Never throws.
 */
export function readStrict(reply: string, options: readonly Option[]): string | null {
  const text = shorten(markedAnswer(withoutThinking(reply)))
    .normalize("NFKC")
    .replace(ORNAMENT, " ");
  const letter = decide(splitClauses(readTokens(text, options))) ?? lowerCaseLetter(text);
  return options.some((option) => option.letter === letter) ? letter : null;
}

/** The letter of a reply that consists of one lower-case letter. */
function lowerCaseLetter(text: string): string | null {
  const words = text.length < 20 ? wordsAndMarks(text).filter(isWord) : [];
  return words.length === 1 && /^[a-z]$/.test(words[0]!) ? words[0]!.toUpperCase() : null;
}

/** The letter that the statements of all clauses together choose. */
function decide(clauses: readonly Clause[]): string | null {
  const found = clauses.flatMap(interpret);
  const entries = found.filter(({ kind }) => kind === "entry");
  // Several options one after the other are a list, which chooses none of them.
  const isList = new Set(entries.map(({ letter }) => letter)).size > 1;
  const stated = found.filter(({ kind, clause }) => kind !== "entry" || (!isList && clause.isAnnounced));
  const final = stated.at(-1);
  const ends = [clauses[0]?.line, clauses.at(-1)?.line];
  if (!final) {
    const entry = isList ? undefined : entries.find(({ clause }) => ends.includes(clause.line));
    if (!entry) return null;
    // After talk about other options, an entry at the end may be part of it.
    const before = clauses.slice(0, clauses.indexOf(entry.clause)).flatMap(({ tokens }) => [...scan(tokens).letters]);
    return before.every((letter) => letter === entry.letter) ? entry.letter : null;
  }
  // The last statement counts, since a reply may correct itself. But it may not contradict a bare "B" at its start,
  // unless bare letters are the headings of a list.
  const alone = stated.filter(({ kind }) => kind === "alone");
  const headings = new Set(alone.filter((one) => one !== final).map(({ letter }) => letter));
  if (headings.size > 1) return final.kind === "stated" || headings.has(final.letter) ? final.letter : null;
  const opening = alone.find(({ clause }) => clause === clauses[0]);
  const isCorrected = clauses.some(({ tokens }) => tokens.some(({ text }) => CORRECTION.has(text)));
  return opening && opening.letter !== final.letter && !isCorrected ? null : final.letter;
}

/** The statements of a clause: none if it only mentions options, asks a question or negates. */
function interpret(clause: Clause): Statement[] {
  const { tokens, isQuestion, isConditional } = clause;
  const { letters, isStated } = scan(tokens);
  if (isQuestion || letters.size === 0) return [];
  const letter = letters.size === 1 && !isConditional ? [...letters][0]! : null;
  if (isStated) return [{ letter, kind: "stated", clause }];
  if (isConditional) return [];
  const words = tokens.filter(({ text }) => isWord(text));
  const isBare = words.every(
    ({ text, label }) => label || [FILLER, DENIAL, CLAUSE_START].some((some) => some.has(text)),
  );
  const isAlone = isBare && (words.some(({ label }) => !label) || clause.endsLine) && !words[0]!.quotes;
  if (isAlone) return [{ letter, kind: "alone", clause }];
  const label = tokens.findIndex(({ text }) => isWord(text) && !OPTION.has(text));
  const isEntry = clause.opensSentence && tokens[label]!.label && !isWord(tokens[label + 1]?.text);
  return isEntry ? [{ letter, kind: "entry", clause }] : [];
}

/** The letters that a clause does not negate, and whether it calls them the choice. One pass over its tokens. */
function scan(tokens: readonly Token[]): { letters: Set<string>; isStated: boolean } {
  const letters = new Set<string>();
  let [isStated, isHeaded, own] = [false, false, false];
  // What was seen so far; `heading`: words and a colon; `obstacle`: something that keeps a cue from meaning the label
  // before it, as in "A is also a good choice".
  let [cue, denial, rejection, report, heading, obstacle, words] = [false, false, false, false, false, false, 0];
  for (const [i, { text, label }] of tokens.entries()) {
    if (label) {
      if (denial) continue;
      letters.add(label);
      if (isOnlyNamed(tokens, i)) cue = false;
      if (!report && (cue || (!rejection && isPredicate(tokens, i)))) isStated = true;
      if (heading) isHeaded = true;
      obstacle = false;
    } else if (!isWord(text)) {
      if (/^[:=→⇒]$/.test(text)) [heading, denial, obstacle] = [words > 0 && !rejection, false, true];
      if (text === "|") obstacle = true;
      if (isCue(tokens, i) && letters.size > 0) isStated = true;
    } else {
      words++;
      if (!FILLER.has(text)) heading = isHeaded = false;
      own ||= isOwn(tokens, i);
      if (isReport(tokens, i, own)) report = true;
      if (isRejection(tokens, i)) rejection = true;
      if (/^(?:an?|also)$/i.test(text)) obstacle = true;
      if (!rejection && isCue(tokens, i)) {
        cue = true;
        if (letters.size > 0 && !denial && !obstacle && !report) isStated = true;
      }
      if (isDenial(tokens, i, cue || letters.size > 0)) denial = true;
    }
  }
  return { letters, isStated: isStated || isHeaded };
}
