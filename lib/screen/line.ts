import { parsePythonJson } from "../benchmark/index";
import { splitLabel } from "../prompts/index";
import type { Screenable } from "./sketch";
import { textsIn } from "./texts";

/** Keys of a situation; with one of these, only it and the options are compared with other samples. */
const SITUATION_KEYS = ["situation", "situation_description", "scenario"];
/** Keys of what a model is asked, in prompts, chats, and Alpaca's and other forms. */
const PROMPT_KEYS = [
  ...["text", "prompt", "context", "question", "problem", "query", "instruction", "input"],
  ...["messages", "conversations", "conversation", "dialogue", "dialog"],
];
const OPTION_KEYS = ["options", "choices", "action_list"];
const ID_KEYS = ["id", "custom_id", "index"];

/** The forms that are read, in words. */
export const EXPECTED_FORMS =
  "a text under any key: 'situation' and 'options', 'text', 'prompt' and 'completion', 'instruction' and 'input', " +
  "'messages' (role and content) or 'conversations' (from and value)";

/** Why a line cannot be screened. */
export type LineFault = "not JSON" | "no text";

/** A line as JSON, also with a bare NaN, as Python writes it. @throws SyntaxError */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return parsePythonJson(line);
  }
}

/** The keys of a line; undefined if it is not JSON. */
export function keysIn(line: string): string[] | undefined {
  try {
    const value = parseLine(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  } catch {
    return undefined;
  }
}

/**
 * Reads a line of any JSON Lines file. Its situation is the text under a usual key, or else all its text; system texts
 * and what is under other keys count as `more`. A line without an id is named by its number.
 */
export function readLine(line: string, number: number): Screenable | LineFault {
  let value: unknown;
  try {
    value = parseLine(line);
  } catch {
    return "not JSON";
  }
  return typeof value === "object" && value !== null ? readObject(value, number) : "no text";
}

function readObject(value: object, number: number): Screenable | "no text" {
  const fields: [string, unknown][] = Object.entries(value);
  const get = (key: string) => (value as Record<string, unknown>)[key];
  const id = ID_KEYS.map(get).find((one) => typeof one === "string" || typeof one === "number");
  const optionKey = OPTION_KEYS.find((key) => typeof get(key) === "object" || typeof get(key) === "string");
  const ownKeys = [SITUATION_KEYS, PROMPT_KEYS].find((keys) =>
    fields.some(([key, one]) => keys.includes(key) && hasText(one)),
  );
  const own: string[] = [];
  const more: string[] = [];
  for (const [key, one] of fields) {
    if (key === optionKey || ID_KEYS.includes(key)) continue;
    const isOwn = !ownKeys || ownKeys.includes(key);
    const isWord = ownKeys && isOwn && typeof one === "string" && !/\s/.test(one);
    const texts = isWord ? [{ text: one, isSystem: false }] : textsIn(one);
    for (const { text, isSystem } of texts) (isOwn && !isSystem ? own : more).push(text);
  }
  const situation = own.some((text) => text.trim()) ? own : more.splice(0);
  if (situation.length === 0) return "no text";
  return {
    id: id === undefined ? `line ${number}` : String(id),
    situation: situation.join("\n"),
    options: optionKey === undefined ? [] : optionsIn(get(optionKey)),
    ...(more.length > 0 && { more }),
  };
}

const hasText = (value: unknown): boolean =>
  typeof value === "string" ? value.trim() !== "" : textsIn(value).some(({ isSystem }) => !isSystem);

/** Options as a list, by their letters, or one per line: their texts without labels. */
function optionsIn(value: unknown): string[] {
  const list = typeof value === "string" ? value.split("\n") : Object.values(value ?? {});
  return list.map(optionText).filter(Boolean);
}

function optionText(option: unknown): string {
  if (typeof option === "string") return splitLabel(option).text;
  if (typeof option !== "object" || option === null) return "";
  const { text } = option as { text?: unknown };
  if (typeof text === "string") return splitLabel(text).text;
  const strings = Object.values(option).filter((one) => typeof one === "string" && one.trim().length > 1);
  return strings.map((one) => splitLabel(one as string).text).join(" ");
}
