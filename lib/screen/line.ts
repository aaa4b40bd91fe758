import { splitLabel } from "../prompts/index";
import type { Screenable } from "./sketch";

/** Keys of a line's text; the first one with a text is used. */
const TEXT_KEYS = ["situation", "situation_description", "text", "prompt", "question", "instruction", "messages"];
const OPTION_KEYS = ["options", "choices", "action_list"];
const ID_KEYS = ["id", "custom_id", "index"];

/** Why a line cannot be screened. */
export type LineFault = "not JSON" | "no text";

/**
 * Reads a line of any JSON Lines file: its text under a usual key (a string, or messages), its options (strings, or
 * objects with a text), and its id. A line without an id is named by its number.
 */
export function readLine(line: string, number: number): Screenable | LineFault {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return "not JSON";
  }
  if (typeof value !== "object" || value === null) return "no text";
  const key = TEXT_KEYS.find((name) => textOf(value[name]));
  if (!key) return "no text";
  const id = ID_KEYS.map((name) => value[name]).find((one) => typeof one === "string" || typeof one === "number");
  const options = OPTION_KEYS.map((name) => value[name]).find(Array.isArray) ?? [];
  return {
    id: id === undefined ? `line ${number}` : String(id),
    situation: textOf(value[key]),
    options: options.map(optionOf),
  };
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (!Array.isArray(value)) return "";
  return value
    .map((message) => (typeof message?.content === "string" ? message.content : ""))
    .join("\n")
    .trim();
}

function optionOf(option: unknown): string {
  const text = typeof option === "string" ? option : (option as { text?: unknown } | null)?.text;
  return typeof text === "string" ? splitLabel(text).text : "";
}
