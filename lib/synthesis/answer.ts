import { labelAlone, splitMarked } from "./labels";
import type { GivenOption } from "./options";
import { LETTERS, plain } from "./sample";

/** Why an answer names no option. */
export type AnswerFault =
  | "several answers"
  | "the answer is no option"
  | "the answer's letter and text differ"
  | "the answer's number may count from 0 or from 1";

/**
 * The letter of the option that an answer names: by its text, its label, its letter, an id. Where these differ, or a
 * number counts from nobody knows where, it gives the reason.
 */
export function readAnswer(value: unknown, options: readonly GivenOption[]): string {
  if (Array.isArray(value)) return value.length === 1 ? readAnswer(value[0], options) : "several answers";
  if (typeof value === "object" && value !== null) return agree(Object.values(value).filter(isGiven), options);
  if (!isGiven(value)) return "the answer is no option";
  const given = String(value)
    .replace(/^\s*(?:the\s+)?(?:correct\s+)?answer(?:\s+is|:)\s*/i, "")
    .trim();
  const whole = named(given, options);
  if (whole.length > 0) return whole.length === 1 ? whole[0]! : "the answer's letter and text differ";
  const marked = splitMarked(given);
  const [letter] = marked ? named(marked.label, options) : [];
  if (!letter) return whyNone(given, value, options);
  const other = named(marked!.text, options);
  return other.length > 0 && !other.includes(letter) ? "the answer's letter and text differ" : letter;
}

const isGiven = (value: unknown) => typeof value === "string" || typeof value === "number";

/** The letters of all options that a text or label names. */
function named(given: string, options: readonly GivenOption[]): string[] {
  const label = labelAlone(given);
  const letters = new Set<string>();
  const isLetter = label !== undefined && /^[a-h]$/.test(label);
  for (const [i, { text, names }] of options.entries()) {
    const isText = plain(given) !== "" && plain(text) === plain(given);
    const isName = names.includes(given) || (label !== undefined && names.includes(label));
    if (isText || isName || (isLetter && LETTERS[i] === label.toUpperCase())) letters.add(LETTERS[i]!);
  }
  return [...letters];
}

/** Several fields of an answer have to name the same option. */
function agree(values: readonly unknown[], options: readonly GivenOption[]): string {
  const read = values.map((value) => readAnswer(value, options));
  const letters = new Set(read.filter((one) => one.length === 1));
  if (letters.size > 1) return "the answer's letter and text differ";
  return [...letters][0] ?? read[0] ?? "the answer is no option";
}

function whyNone(given: string, value: unknown, options: readonly GivenOption[]): AnswerFault {
  if (/^[A-H](?:\s*(?:,|and|&|or)\s*[A-H])+$/.test(given)) return "several answers";
  const counts = typeof value === "number" || /^\s*\d+\s*$/.test(given);
  const inRange = Number(given) >= 0 && Number(given) <= options.length;
  return counts && inRange ? "the answer's number may count from 0 or from 1" : "the answer is no option";
}
