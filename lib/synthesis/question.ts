import { type AnswerFault, readAnswer } from "./answer";
import { readOptions } from "./options";
import { differ, LETTERS, MIN_OPTIONS, plain, type Question } from "./sample";

/** Why an object in a reply cannot be used as a question. */
export type QuestionFault =
  | "no object"
  | "a field is missing"
  | "options not to be told apart"
  | "too few or too many options"
  | "two equal options"
  | AnswerFault;

/** Names under which models write a question's fields, those of the seed questions first. */
export const FIELD_NAMES = {
  situation: ["situation", "situation description", "scenario", "context"],
  question: ["question", "multiple choice question"],
  options: ["options", "choices", "answer choices"],
  answer: ["answer", "correct answer", "correct option"],
  rationale: ["rationale", "explanation", "reason", "reasoning"],
} as const;

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
  const list = field("options");
  if (Array.isArray(list) && list.length > LETTERS.length) return "too few or too many options";
  const given = readOptions(list);
  if (!given) return "options not to be told apart";
  if (given.length < MIN_OPTIONS || given.length > LETTERS.length) return "too few or too many options";
  if (!differ(given.map((option) => option.text))) return "two equal options";
  const options = given.map((option, i) => ({ letter: LETTERS[i]!, text: option.text }));
  const answer = readAnswer(field("answer"), given);
  return answer.length === 1 ? { situation, question, options, answer, rationale } : (answer as AnswerFault);
}

const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");
