import {
  BACKGROUND,
  CHOICE,
  COMPARATIVE,
  COPULA,
  DENIAL,
  DOUBT,
  DUTY,
  FILLER,
  FIRST_PERSON,
  FITNESS,
  INDEFINITE,
  MOST,
  OPINION,
  OPTION,
  PRAISE,
  REJECTION,
  REPORT,
  REPORTED,
  THIRD_PERSON,
  VERB,
  WOULD,
  type WordClass,
} from "./lexicon";
import type { Token } from "./tokens";
import { isWord } from "./words";

/** Whether a token says that its clause is about the choice. */
export function isCue(tokens: readonly Token[], at: number): boolean {
  const { text, label } = tokens[at]!;
  if (label || !isWord(text)) return isTick(text);
  const next = tokens[at + 1]?.text ?? "";
  if (/^(?:go|going)$/.test(text)) return /^(?:with|for)$/.test(next);
  if (text === "what") return tokens[at - 1]?.text === "is" && tokens[at - 2]?.label !== undefined;
  if (text === "over") return tokens[at - 1]?.label !== undefined && labelNear(tokens, at + 1); // "B over A"
  if (CHOICE.has(text)) return true;
  if (next === "than" && !labelNear(tokens, at + 2)) return false;
  if (COMPARATIVE.has(text)) return true;
  if (PRAISE.has(text)) return !/^(?:now|away|there|after)$/.test(next);
  const near = (from: number, to: number, words: WordClass) =>
    tokens.slice(Math.max(0, from), to).some((token) => words.has(token.text));
  return FITNESS.has(text) && (near(at - 3, at, MOST) || near(at + 1, at + 4, OPTION));
}

const isTick = (text: string) => /^[✅✔✓☑👉]$/u.test(text);

/** "than B", "than option (B)" */
const labelNear = (tokens: readonly Token[], at: number) =>
  tokens.slice(at, at + 3).some(({ label }) => label !== undefined);

/**
 * Whether the label at `at` is what the speaker would do, what somebody should do, or what something is: "I'd take B",
 * "she ought to do B", "the thing to do is (B)".
 */
export function isPredicate(tokens: readonly Token[], at: number): boolean {
  if (!tokens[at]!.label) return false;
  const words: string[] = [];
  for (let i = at - 1; i >= 0 && words.length < 6; i--) {
    const { text, label } = tokens[i]!;
    if (label || /^[:|]$/.test(text)) break;
    if (isWord(text)) words.push(text);
  }
  while (/^(?:the|for|with|to|an)$/.test(words[0] ?? "") || OPTION.has(words[0])) words.shift();
  // "The thing to do is (B)", but not "the last thing to do".
  if (COPULA.has(words[0]) && words.includes("do") && !words.some((word) => word === "last" || INDEFINITE.has(word)))
    return true;
  // At most one verb comes between.
  return [0, 1].some((verbs) => {
    const rest = words.slice(verbs);
    if (verbs === 1 && words[0] === "be") return false;
    const isState = rest[0] === "be"; // "it has to be B", but not "the one in the picture must be B"
    while (/^(?:to|be|have)$/.test(rest[0] ?? "")) rest.shift();
    if (isState && !/^(?:it|that|this)$/.test(rest[1] ?? "")) return false;
    return (
      DUTY.has(rest[0]) || (WOULD.has(rest[0]) && FIRST_PERSON.has(rest[1])) || /^i['’](?:d|ll)$/.test(rest[0] ?? "")
    );
  });
}

/** "Answer A would …" and "choosing A would …", which say something of A, and not yet that it is the answer. */
export const isOnlyNamed = (tokens: readonly Token[], at: number): boolean =>
  /^(?:answer|choice|selection|choosing|selecting|picking)$/.test(tokens[at - 1]?.text ?? "") &&
  /^(?:is|was|would|will|seems|might|may|could|can|should|has|does)$/.test(tokens[at + 1]?.text ?? "");

export function isDenial(tokens: readonly Token[], at: number, isComparison: boolean): boolean {
  const [word, next] = [tokens[at]!.text, tokens[at + 1]?.text];
  if (/^(?:over|beats)$/.test(word)) return isComparison;
  if (word === "to") return COMPARATIVE.has(tokens[at - 1]?.text);
  if (word === "instead") return next === "of";
  if (word === "far") return next === "from";
  if (word === "doubt") return FIRST_PERSON.has(tokens[at - 1]?.text); // not "no doubt"
  if (word === "no" && !isWord(next)) return false;
  return BACKGROUND.has(word) || (DENIAL.has(word) && !DOUBT.has(next)) || isExclusion(tokens, at);
}

/** "Anything but E" */
export const isExclusion = (tokens: readonly Token[], at: number) =>
  tokens[at]!.text === "but" && /^(?:any|anything|all|everything)$/.test(tokens[at - 1]?.text ?? "");

/** Whether a token speaks of the speaker, as "I" and "my answer" but not "my friend" do, or of what should be done. */
export const isOwn = (tokens: readonly Token[], at: number): boolean => {
  const [word, next] = [tokens[at]!.text, tokens[at + 1]?.text];
  if (/^(?:my|our)$/.test(word)) {
    const isNoun = ({ text }: Token) => OPINION.has(text) || (CHOICE.has(text) && !REPORTED.has(text));
    return !isPossessive(next) && tokens.slice(at + 1, at + 3).some(isNoun);
  }
  return FIRST_PERSON.has(word) || (DUTY.has(word) && (word !== "has" || next === "to"));
};

/** "The worst", but not "the least risky". */
export function isRejection(tokens: readonly Token[], at: number): boolean {
  const isLeast = (i: number) => tokens[i]?.text === "least" && REJECTION.has(tokens[i + 1]?.text);
  return REJECTION.has(tokens[at]!.text) && !isLeast(at) && !isLeast(at - 1);
}

/**
 * Whether the choice is considered, or is that of somebody else: "some would choose", "a bystander picked". `own`:
 * whether the clause spoke of the speaker, or of what should be done.
 */
export function isReport(tokens: readonly Token[], at: number, own: boolean): boolean {
  const [word, before] = [tokens[at]!.text, tokens[at - 1]?.text];
  if (REPORT.has(word)) return true;
  if (!isWord(before)) return false;
  // "I asked her and she said": the verb has a subject of its own.
  if (REPORTED.has(word) && THIRD_PERSON.has(before)) return true;
  if (own) return false;
  if (isPossessive(before) && CHOICE.has(word)) return true; // "the teacher's answer"
  const isParticiple = COPULA.has(before) || FILLER.has(before) || CHOICE.has(before);
  return REPORTED.has(word) ? !isParticiple : VERB.has(word) && WOULD.has(before);
}

/** "The teacher's", but not "it's". */
const isPossessive = (word = "") => /['’]s$/.test(word) && !/^(?:it|that|this|here|there|what|let)['’]s$/.test(word);
