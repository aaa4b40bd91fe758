import { isCue, isExclusion, isPredicate } from "./cues";
import { CLAUSE_START, CONDITION, CONTRAST, NO_CONDITION } from "./lexicon";
import type { Token } from "./tokens";
import { isWord } from "./words";

/** A part of a reply that can make one statement. */
export interface Clause {
  tokens: Token[];
  isQuestion: boolean;
  /** Whether it holds only under a condition. */
  isConditional: boolean;
  /** Whether it begins a sentence or line. */
  opensSentence: boolean;
  /** The line that it is on, from 0. */
  line: number;
  /** Whether no word follows on its line. */
  endsLine: boolean;
  /** Whether the line before it ends with a colon. */
  isAnnounced: boolean;
}

/** Cuts a reply into sentences, at full stops and line breaks, and each sentence into clauses. */
export function splitClauses(tokens: readonly Token[]): Clause[] {
  const clauses: Clause[] = [];
  let [sentence, line, isAnnounced]: [Token[], number, boolean] = [[], 0, false];
  for (const [i, token] of [...tokens, { text: "\n" }].entries()) {
    if (!/^[.!?;。\n]$/.test(token.text)) {
      sentence.push(token);
      continue;
    }
    if (sentence.some(({ text }) => isWord(text))) {
      const parts = clausesOfSentence(sentence);
      const conditional = parts.map(isConditional);
      const contrast = parts.findIndex(([first]) => CONTRAST.has(first!.text));
      const end = contrast < 0 ? parts.length : contrast;
      clauses.push(
        ...parts.map((part, at) => ({
          tokens: part,
          isQuestion: token.text === "?",
          isConditional: conditional[at]! || (at < end && startsConditional(parts[0]!)),
          opensSentence: at === 0,
          line,
          endsLine: false,
          isAnnounced: at === 0 && isAnnounced,
        })),
      );
      isAnnounced = false;
    }
    if (token.text === "\n") {
      const last = clauses.at(-1);
      if (last?.line === line) last.endsLine = true;
      isAnnounced ||= lastMark(tokens, i) === ":";
      line++;
    }
    sentence = [];
  }
  return clauses;
}

/** The last token before `at` that is not an ornament. */
function lastMark(tokens: readonly Token[], at: number): string | undefined {
  for (let i = at - 1; i >= Math.max(0, at - 4); i--) if (!/^[\n#>_]$/.test(tokens[i]!.text)) return tokens[i]!.text;
  return undefined;
}

/**
 * Splits a sentence into clauses. A clause begins at a conjunction, or at a comma that does not separate labels of one
 * list ("B, C or D"). A remark in parentheses is a clause of its own, unless it adds an option ("B (or C)").
 */
function clausesOfSentence(sentence: readonly Token[]): Token[][] {
  const clauses: Token[][] = [];
  const remarks: Token[][] = [];
  let [clause, stretch]: [Token[], Token[]] = [[], []];
  let hasLabel = false;
  const endStretch = () => {
    const saysMore = stretch.some((_, i) => isCue(stretch, i) || isPredicate(stretch, i)) || hasHeading(stretch);
    const isSameList = hasLabel && !saysMore;
    if (!isSameList && clause.length > 0) {
      clauses.push(clause);
      clause = [];
      hasLabel = false;
    }
    for (const token of stretch) clause.push(token);
    hasLabel ||= stretch.some(({ label }) => label);
    stretch = [];
  };
  for (let i = 0; i < sentence.length; i++) {
    const { text } = sentence[i]!;
    const close = text === "(" ? remarkEnd(sentence, i) : undefined;
    const startsClause =
      (CLAUSE_START.has(text) && !isExclusion(sentence, i)) || (/^as$/i.test(text) && sentence[i - 1]?.text === ",");
    if (close) {
      remarks.push(sentence.slice(i + 1, close));
      i = close;
    } else if (startsClause) {
      endStretch();
      clauses.push(clause);
      [clause, stretch] = [[], [sentence[i]!]];
      hasLabel = false;
    } else if (text === ",") endStretch();
    else stretch.push(sentence[i]!);
  }
  endStretch();
  return [...remarks, ...clauses, clause].filter((some) => some.some(({ text }) => isWord(text)));
}

/** Where a remark in parentheses ends; undefined for "(B)" and for one that adds an option or a condition. */
function remarkEnd(sentence: readonly Token[], open: number): number | undefined {
  const first = sentence[open + 1]?.text ?? "";
  if (/^(?:or|and|alternatively|possibly|perhaps|maybe|o|oder|ou|或|或者)$/i.test(first) || CONDITION.has(first))
    return;
  for (let i = open + 1; i < sentence.length && sentence[i]!.text !== "("; i++)
    if (sentence[i]!.text === ")") return i > open + 3 ? i : undefined;
  return undefined;
}

/** "Reason: …" */
function hasHeading(tokens: readonly Token[]): boolean {
  const word = tokens.findIndex(({ text, label }) => isWord(text) && !label);
  return word >= 0 && tokens.slice(word).some(({ text }) => text === ":" || text === "=");
}

const isCondition = (tokens: readonly Token[], at: number) =>
  CONDITION.has(tokens[at]!.text) &&
  !NO_CONDITION.has(tokens[at + 1]?.text ?? "") &&
  !/^even$/i.test(tokens[at - 1]?.text ?? "");

const isConditional = (tokens: readonly Token[]) => tokens.some((_, i) => isCondition(tokens, i));
const startsConditional = (tokens: readonly Token[]) =>
  isCondition(
    tokens,
    tokens.findIndex(({ text }) => isWord(text)),
  );
