import { readStrict } from "../answers/index";
import { type Columns, finder, formOf, hasPicture, isConversation, textColumn } from "./dataset-columns";
import { type QuestionText, readText, type TextFault } from "./dataset-text";
import { type QuestionFault, readQuestion } from "./question";
import { LETTERS, type Question } from "./sample";

/** Why a row of a dataset cannot be used as a question. */
export type RowFault = QuestionFault | TextFault | "no JSON";

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
  const [options, labelled] = [find("options"), find("answer")];
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

/** What is read if an answer is a number, and the options do not say which of them it is. */
const UNCLEAR = "the answer's number may count from 0 or from 1";

/** The number of the first option, 0 or 1, if the answers of a file show it. */
function firstNumber(drafts: readonly Draft[]): 0 | 1 | undefined {
  let isOne = false;
  for (const draft of drafts) {
    if (readQuestion(draft) !== UNCLEAR) continue;
    const number = Number(draft.answer);
    if (number === 0) return 0;
    const question = readQuestion({ ...draft, answer: "A" });
    if (typeof question !== "string" && number === question.options.length) isOne = true;
  }
  return isOne ? 1 : undefined;
}

function finish(draft: Draft, first: 0 | 1 | undefined): Question | RowFault {
  const checked = readQuestion({ ...draft, answer: "A" }); // all but the answer
  if (typeof checked === "string") return checked;
  const { answer, thoughts } = splitReply(draft.answer);
  let read = readQuestion({ ...draft, answer });
  if (read === UNCLEAR && first !== undefined)
    read = readQuestion({ ...draft, answer: LETTERS[Number(answer) - first] ?? "none" });
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
