import { splitLabel } from "../prompts/index";
import { differ, LETTERS, MIN_OPTIONS, plain, type Question } from "./sample";

/** Why an object in a reply cannot be used as a question. */
export type QuestionFault =
  | "no object"
  | "a field is missing"
  | "options not to be told apart"
  | "too few or too many options"
  | "two equal options"
  | "several answers"
  | "the answer is no option"
  | "the answer's letter and text differ";

/** Names under which models write a question's fields, those of the seed questions first. */
export const FIELD_NAMES = {
  situation: ["situation", "situation description", "scenario", "context"],
  question: ["question", "multiple choice question"],
  options: ["options", "choices", "answer choices"],
  answer: ["answer", "correct answer", "correct option"],
  rationale: ["rationale", "explanation", "reason", "reasoning"],
} as const;
const LABELS_INSIDE = /(?:^|[\s;,])\(?([A-H])\s*[.):]\s+/g;
const LETTER_KEYS = ["letter", "label", "key", "id", "option"];
const TEXT_KEYS = ["text", "content", "value", "description", "action"];

/** Reads a question from an object of a reply. Nothing is guessed: what is unclear gives the reason why. */
export function readQuestion(object: unknown): Question | QuestionFault {
  if (typeof object !== "object" || object === null || Array.isArray(object)) return "no object";
  const fields = new Map(Object.entries(object).map(([key, value]) => [plain(key.replace(/[_-]/g, " ")), value]));
  const field = (name: keyof typeof FIELD_NAMES) =>
    FIELD_NAMES[name].map((alias) => fields.get(alias)).find((v) => v !== undefined);
  const [situation, question, rationale] = [
    text(field("situation")),
    text(field("question")),
    text(field("rationale")),
  ];
  if (!situation || !question || field("options") === undefined || field("answer") === undefined)
    return "a field is missing";
  const texts = readOptions(field("options"));
  if (!texts) return "options not to be told apart";
  if (texts.length < MIN_OPTIONS || texts.length > LETTERS.length) return "too few or too many options";
  if (!differ(texts)) return "two equal options";
  const options = texts.map((one, i) => ({ letter: LETTERS[i]!, text: one }));
  const answer = readAnswer(field("answer"), options);
  return answer.length === 1 ? { situation, question, options, answer, rationale } : (answer as QuestionFault);
}

const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

/** Texts of the options in the order of their letters; undefined if letters and texts cannot be told apart. */
function readOptions(value: unknown): string[] | undefined {
  if (typeof value === "string") return fromLine(value);
  if (Array.isArray(value)) return fromList(value);
  if (typeof value === "object" && value !== null) return fromPairs(Object.entries(value));
  return undefined;
}

/** "A. Go. B. Stay.", or one per line. */
function fromLine(value: string): string[] | undefined {
  const labels = [...value.matchAll(LABELS_INSIDE)];
  if (labels.length === 0) return undefined;
  return fromPairs(
    labels.map((label, i) => [
      label[1]!,
      value
        .slice(label.index + label[0].length, labels[i + 1]?.index)
        .replace(/[;,]\s*$/, "")
        .trim(),
    ]),
  );
}

function fromList(list: readonly unknown[]): string[] | undefined {
  const entries = list.map(asEntry);
  if (entries.some((entry) => entry === undefined)) return undefined;
  const pairs = entries as [string | undefined, string][];
  if (pairs.every(([letter]) => letter === undefined)) return pairs.map(([, one]) => one);
  return fromPairs(pairs);
}

/** The letter, if there is one, and the text of "A. Go.", {letter, text} or {"A": "Go."}. */
function asEntry(option: unknown): [string | undefined, string] | undefined {
  if (typeof option === "string") {
    const { letter, text: rest } = splitLabel(option);
    return rest ? [letter, rest] : undefined;
  }
  if (typeof option !== "object" || option === null) return undefined;
  const entries = Object.entries(option).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const letter = entries.find(([key, value]) => LETTER_KEYS.includes(key) && /^[A-H]$/.test(value));
  const said = entries.find(([key]) => TEXT_KEYS.includes(key));
  if (said) return [letter?.[1], splitLabel(said[1]).text];
  return entries.length === 1 && /^[A-H]$/.test(entries[0]![0]) ? entries[0] : undefined;
}

/** Pairs of letter and text, whose letters must be A, B, C … without a gap. */
function fromPairs(pairs: readonly (readonly [string | undefined, unknown])[]): string[] | undefined {
  const sorted = [...pairs].sort(([a], [b]) => ((a ?? "") < (b ?? "") ? -1 : 1));
  if (!sorted.every(([letter, one], i) => letter === LETTERS[i] && typeof one === "string" && one.trim()))
    return undefined;
  return sorted.map(([, one]) => (one as string).trim());
}

/** The answer's letter, or why there is none. */
function readAnswer(value: unknown, options: Question["options"]): string {
  if (Array.isArray(value)) return value.length === 1 ? readAnswer(value[0], options) : "several answers";
  if (typeof value !== "string") return "the answer is no option";
  const given = value.trim();
  const byText = options.find((option) => plain(option.text) === plain(given));
  if (byText) return byText.letter;
  const [, letter, rest] = /^(?:option\s+|answer:\s*)?\(?([A-H])(?:\s*[.):]\s*|$)([\s\S]*)$/i.exec(given) ?? [];
  const named = options.find((option) => option.letter === letter?.toUpperCase());
  if (!named)
    return /^[A-H](?:\s*(?:,|and|&|or)\s*[A-H])+$/.test(given) ? "several answers" : "the answer is no option";
  const other = options.find((option) => option !== named && rest && plain(option.text) === plain(rest));
  return other ? "the answer's letter and text differ" : named.letter;
}
