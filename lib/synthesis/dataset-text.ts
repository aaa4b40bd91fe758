import { captionDecisionPrompt, scriptDecisionPrompt } from "../prompts/index";

/** The parts of a question that is written as one text, as prompts are. */
export interface QuestionText {
  situation: string;
  question: string;
  /** Texts of the options by letter; absent if the text lists none. */
  options?: Record<string, string>;
}

/** Why a text cannot be divided into situation, question and options. */
export type TextFault =
  | "no situation in the text"
  | "the situation is in a picture"
  | "options not to be told apart"
  | "text after the options";

/**
 * Divides a question that is written as one text. Prompts of the kit give exactly what they were made of. Other texts
 * are read by their headings ("## Situation:", "#[Situation]:", "Situation:", "Question:"), whatever instruction is
 * before and after them. Options are one per line: "A. Go", "(A) Go", "- A: Go".
 */
export function readText(text: string): QuestionText | TextFault {
  const whole = text.replaceAll("<image>", "").replaceAll("\r\n", "\n").trim();
  const read = readPrompt(whole) ?? readHeaded(whole);
  if (typeof read === "string") return read;
  return SHOWN.test(read.situation) ? "the situation is in a picture" : read;
}

/** What stands in place of a situation that a picture shows. */
const SHOWN = /^(?:as )?(?:shown|depicted) in the (?:given |provided |following )?(?:image|picture|photo)\b/i;

/** Characters that no prompt contains stand for its parts. */
const [SITUATION, QUESTION, LETTER] = ["\u0001", "\u0002", "\u0003"];

/** What a wording has before, between and after its parts, taken from the function that writes it. */
const frameOf = (wording: typeof scriptDecisionPrompt) =>
  wording(SITUATION, [{ letter: LETTER, text: "" }], QUESTION).split(
    new RegExp(`${SITUATION}|${QUESTION}|${LETTER}\\. `),
  ) as [string, string, string, string];
const PAPER = frameOf(captionDecisionPrompt);
const SCRIPTS = frameOf(scriptDecisionPrompt);

/** Reads a prompt of the kit; undefined if it is none. */
const readPrompt = (text: string): QuestionText | undefined =>
  readPaper(inside(text, PAPER)) ?? readScripts(inside(text, SCRIPTS));

function inside(text: string, [start, , , end]: typeof PAPER): string {
  return text.startsWith(start) && text.endsWith(end) ? text.slice(start.length, -end.length) : "";
}

// Small models repeat headings of a prompt inside of situations, so a situation is as long as it can be.

function readPaper(text: string): QuestionText | undefined {
  const [start, end] = [text.indexOf(PAPER[1]), text.lastIndexOf(PAPER[2])];
  if (start < 0 || end < start) return undefined;
  const { before, options } = splitOptions(text.slice(end + PAPER[2].length)) ?? {};
  if (before !== "" || !options) return undefined;
  return { situation: text.slice(start + PAPER[1].length, end), question: text.slice(0, start), options };
}

function readScripts(text: string): QuestionText | undefined {
  const end = text.lastIndexOf(SCRIPTS[1]);
  const { before, options } = (end < 0 ? undefined : splitOptions(text.slice(end + SCRIPTS[1].length))) ?? {};
  if (!before?.endsWith(SCRIPTS[2]) || !options) return undefined;
  return { situation: text.slice(0, end), question: before.slice(0, -SCRIPTS[2].length), options };
}

/** A heading in any of the forms "## Situation:", "#[Situation]:", "**Situation**:" and "Situation:". */
const heading = (names: string) => new RegExp(`^[ \\t#]*[*[]*(?:${names})[*\\]]*[ \\t]*(?::|$)[* \\t]*`, "im");
const SITUATION_HEADING = heading("situation(?: description)?|scenario|context");
const QUESTION_HEADING = heading("(?:multiple[- ]choice )?question");
const OPTIONS_HEADING = heading("options|choices|answer choices|answer options|actions|(?:possible )?action list");

function readHeaded(text: string): QuestionText | TextFault {
  const [preamble, told] = cutAt(text, SITUATION_HEADING) ?? [];
  if (told === undefined) return "no situation in the text";
  const [situation, asked] = cutAt(told, QUESTION_HEADING) ?? [];
  const listed = splitOptions(asked ?? told);
  if (!listed) return "options not to be told apart";
  const [before, between = ""] = cutAt(listed.before, OPTIONS_HEADING) ?? [listed.before];
  if (between.trim()) return "options not to be told apart";
  const options = listed.options && withoutInstruction(listed.options);
  if (options === null) return "text after the options";
  const rest = before.replace(INSTRUCTION, "").trim();
  return situation === undefined
    ? { situation: rest, question: questionIn(preamble!), options }
    : { situation: situation.trim(), question: rest, options };
}

/** The text before the first heading of a kind, and after it. */
function cutAt(text: string, at: RegExp): [string, string] | undefined {
  const found = at.exec(text);
  return found ? [text.slice(0, found.index), text.slice(found.index + found[0].length)] : undefined;
}

/** The paper's prompt for LLMs asks its question before the situation. */
const PAPER_PREAMBLE = captionDecisionPrompt("", [], QUESTION).split(QUESTION)[0]!.trim();
function questionIn(preamble: string): string {
  const words = preamble.replace(/\s+/g, " ").trim();
  return words.startsWith(PAPER_PREAMBLE) ? words.slice(PAPER_PREAMBLE.length).trim() : "";
}

const LABEL = /^[ \t]*(?:[-*][ \t]+)?[*(]*([A-Z])\**[.):]\**[ \t]+(?=\S)/gm;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * The options at the end of a text, and what is before them. They begin at the last "A"; a question may list something
 * too. Undefined if their letters are not A, B, C …
 */
function splitOptions(text: string): { before: string; options?: Record<string, string> } | undefined {
  const all = [...text.matchAll(LABEL)];
  const first = all.map(([, letter]) => letter).lastIndexOf("A");
  if (first < 0) return { before: text };
  const labels = all.slice(first);
  if (!labels.every(([, letter], i) => letter === ALPHABET[i])) return undefined;
  const options = labels.map(({ 0: label, 1: letter, index }, i) => [
    letter!,
    text.slice(index + label.length, labels[i + 1]?.index).trim(),
  ]);
  return { before: text.slice(0, labels[0]!.index), options: Object.fromEntries(options) };
}

/** A line with which an instruction begins, even directly after the last option. */
const INSTRUCTION = /\n[ \t]*(?:now,? (?:please )?answer\b|just output\b|(?:your )?answer:|<think>|<answer>)[\s\S]*$/i;
/** How an instruction may begin if it is a paragraph of its own. */
const INSTRUCTION_PARAGRAPH =
  /^\W*(?:now|just|please|only|answer|output|choose|select|pick|respond|reply|give|provide|think|reason|explain|your|you|the (?:reasoning|answer|final)|let'?s|first|put|format|use the)\b/i;

/** The options without an instruction after the last one; null if what follows it is no instruction. */
function withoutInstruction(options: Record<string, string>): Record<string, string> | null {
  const [letter, text] = Object.entries(options).at(-1)!;
  const [last, next] = text.replace(INSTRUCTION, "").split(/\n[ \t]*\n\s*/);
  return next && !INSTRUCTION_PARAGRAPH.test(next) ? null : { ...options, [letter]: last!.trim() };
}
