import { readStrict } from "../answers/index";
import { type Columns, finder, formOf, hasPicture, isConversation, textColumn } from "./dataset-columns";
import { type QuestionText, readText, type TextFault } from "./dataset-text";
import { type QuestionFault, readQuestion } from "./question";
import { LETTERS, plain, type Question } from "./sample";

/** Why a row of a dataset cannot be used as a question. */
export type RowFault = QuestionFault | TextFault | "no JSON" | "the answer's number may count from 0 or from 1";

/** A row whose answer is not read yet. */
interface Draft extends Omit<QuestionText, "options"> {
  options: unknown;
  answer: unknown;
  rationale: unknown;
}

/**
 * Reads the rows of one file. They are read together, since only together may they show whether answers that are
 * numbers count from 0 or from 1.
 */
export function readRowsAsQuestions(rows: readonly unknown[], columns: Columns): (Question | RowFault)[] {
  const drafts = rows.map((row) => readDraft(row, columns));
  const first = firstNumber(drafts.flatMap((draft) => (typeof draft === "string" ? [] : [draft])));
  return drafts.map((draft) => (typeof draft === "string" ? draft : finish(draft, first)));
}

function readDraft(row: unknown, columns: Columns): Draft | RowFault {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return "no object";
  const find = finder(row, columns);
  const form = formOf(find);
  if (!form) return "a field is missing";
  const { options, answer: labelled } = unlabel(find("options"), find("answer"));
  const rationale = find("rationale");
  if (form === "fields") {
    const [situation, question] = [find("situation") as string, find("question") as string];
    return { situation, question, options, answer: labelled, rationale };
  }
  const messages = textColumn(find);
  const text = readText(contentOf(messages, "user"));
  if (hasPicture(row)) return "the situation is in a picture";
  if (typeof text === "string") return text;
  const given = labelled ?? contentOf(messages, "assistant");
  const answer = Array.isArray(given) && isConversation(given) ? contentOf(given, "assistant") : given;
  return { ...text, options: options ?? text.options, answer, rationale };
}

/** A text, or the content of the last message of a role. */
function contentOf(value: unknown, role: "user" | "assistant"): string {
  if (typeof value === "string") return role === "user" ? value : "";
  if (!isConversation(value)) return "";
  const messages = (value as { role: string; content: unknown }[]).filter((message) => message.role === role);
  const content = messages.at(-1)?.content;
  if (typeof content === "string") return content;
  return Array.isArray(content)
    ? content.map((part) => (typeof part?.text === "string" ? part.text : "")).join("")
    : "";
}

/** Options that are objects with letter and text, or lists of labels and of texts, by their letters. */
function unlabel(options: unknown, answer: unknown): { options: unknown; answer: unknown } {
  if (Array.isArray(options) && options.every((one) => typeof one?.letter === "string" && "text" in one)) {
    const byLetter = Object.fromEntries(options.map(({ letter, text }) => [letter, text]));
    return { options: Object.keys(byLetter).length === options.length ? byLetter : options, answer };
  }
  const { text, label } = (options ?? {}) as { text?: unknown; label?: unknown };
  if (!Array.isArray(text)) return { options, answer };
  const at = Array.isArray(label) ? label.map(String).indexOf(String(answer)) : -1;
  return { options: text, answer: at < 0 ? answer : LETTERS[at] };
}

/** A number as an answer, unless it is the text of an option. */
function numberOf({ answer }: Draft, { options }: Question): number | undefined {
  if (typeof answer !== "number" && !(typeof answer === "string" && /^\s*\d+\s*$/.test(answer))) return undefined;
  const isText = typeof answer === "string" && options.some(({ text }) => plain(text) === plain(answer));
  return isText ? undefined : Number(answer);
}

/** The question that a draft would be if "A" were the answer: all but the answer is checked. */
const withoutAnswer = (draft: Draft) => readQuestion({ ...draft, answer: "A" });

/** The number of the first option, 0 or 1, if the answers of a file show it. */
function firstNumber(drafts: readonly Draft[]): 0 | 1 | undefined {
  let isOne = false;
  for (const draft of drafts) {
    const question = withoutAnswer(draft);
    if (typeof question === "string") continue;
    const number = numberOf(draft, question);
    if (number === 0) return 0;
    if (number === question.options.length) isOne = true;
  }
  return isOne ? 1 : undefined;
}

function finish(draft: Draft, first: 0 | 1 | undefined): Question | RowFault {
  const checked = withoutAnswer(draft);
  if (typeof checked === "string") return checked;
  const number = numberOf(draft, checked);
  if (number !== undefined && first === undefined) return "the answer's number may count from 0 or from 1";
  if (number !== undefined) return readQuestion({ ...draft, answer: LETTERS[number - first!] ?? "none" });
  const { answer, thoughts } = splitReply(draft.answer);
  const read = readQuestion({ ...draft, answer });
  const question = read === "the answer is no option" ? readSentence(checked, answer) : read;
  if (typeof question === "string") return question;
  return { ...question, rationale: question.rationale || thoughts || rationaleAfter(answer, question) };
}

/** An answer as models write it: in <answer> tags, after its reasoning in <think> tags. */
function splitReply(given: unknown): { answer: unknown; thoughts: string } {
  if (typeof given !== "string") return { answer: given, thoughts: "" };
  const [, thoughts = "", after] = /^\s*<think>([\s\S]*)<\/think>([\s\S]*)$/i.exec(given) ?? [];
  const said = after ?? given;
  return { answer: (/<answer>([\s\S]*?)(?:<\/answer>|$)/i.exec(said)?.[1] ?? said).trim(), thoughts: thoughts.trim() };
}

/** "The right choice is B." */
function readSentence(question: Question, answer: unknown): Question | QuestionFault {
  const letter = typeof answer === "string" ? readStrict(answer, question.options) : null;
  return letter ? { ...question, answer: letter } : "the answer is no option";
}

/** The rationale after "B. Go.", as the training text of the form "option-and-rationale" has it. */
function rationaleAfter(answer: unknown, { answer: letter, options }: Question): string {
  const option = `${letter}. ${options.find((one) => one.letter === letter)!.text}\n\n`;
  return typeof answer === "string" && answer.startsWith(option) ? answer.slice(option.length).trim() : "";
}
