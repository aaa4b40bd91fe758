import { NOT_A_NUMBER } from "../benchmark/index";
import { FIELD_NAMES } from "./question";
import { LETTERS, plain } from "./sample";

/** What a column may hold. `problem`: situation, question and options as one text, or as messages. */
export type Role = "situation" | "question" | "options" | "answer" | "rationale" | "problem";
/** Names of columns where they are not the usual ones. */
export type Columns = Partial<Record<Role, string>>;

/** Usual names of columns, in any case, with spaces, "_" or "-". */
const NAMES: Record<Role, readonly string[]> = {
  ...FIELD_NAMES,
  options: [...FIELD_NAMES.options, "action list"],
  answer: [
    ...[...FIELD_NAMES.answer, "gold", "label", "solution", "ground truth"],
    ...["answerkey", "answer key", "answer idx", "answer index", "completion"],
  ],
  problem: ["problem", "prompt", "messages", "conversation", "input", "instruction", "text"],
};

/** The columns that a file must have, in words. */
export const EXPECTED_COLUMNS =
  "'situation', 'question', 'options' and 'answer'; 'problem' and 'answer'; 'prompt' and 'completion'; or 'messages'";

/** Finds the values of a row by what they are. */
export type Find = (role: Role) => unknown;

const keyOf = (name: string) => plain(name.replace(/[_-]/g, " "));

/** Finds values by the columns that are named, or else by the usual names. */
export function finder(row: object, columns: Columns): Find {
  const values = Object.entries(row).filter(([, value]) => value !== null && value !== NOT_A_NUMBER);
  const byName = new Map(values);
  const byKey = new Map(values.map(([name, value]) => [keyOf(name), value]));
  return (role) => {
    const name = columns[role];
    if (name !== undefined) return byName.get(name);
    if (columns.problem !== undefined && (role === "situation" || role === "question")) return undefined;
    const value = NAMES[role].map((alias) => byKey.get(alias)).find((one) => one !== undefined);
    return value === undefined && role === "options" ? lettered(byName) : value;
  };
}

/** Options in columns of their own, A, B, C … */
function lettered(row: ReadonlyMap<string, unknown>): unknown {
  const options = [...LETTERS].flatMap((letter) => (row.has(letter) ? [[letter, row.get(letter)] as const] : []));
  return options.length > 1 ? Object.fromEntries(options) : undefined;
}

/** Whether rows could be questions, by their columns. */
export function hasKnownColumns(rows: readonly object[], names: Iterable<string>, columns: Columns): boolean {
  const all = Object.fromEntries([...names].map((name) => [name, name]));
  return [all, ...rows].some((row) => formOf(finder(row, columns)) !== undefined);
}

/** How a row is written: "fields" in columns of their own, or in one text. */
export function formOf(find: Find): "fields" | "text" | undefined {
  const has = (role: Role) => find(role) !== undefined;
  if (has("situation") && has("question") && has("options") && has("answer")) return "fields";
  if (textColumn(find) === undefined) return undefined;
  return has("answer") || isConversation(find("problem")) ? "text" : undefined;
}

/** The column with the whole text: it is called "question" in the authors' scripts, and "problem" in their data. */
export const textColumn = (find: Find): unknown =>
  find("problem") ?? (find("options") === undefined ? find("question") : undefined);

const PICTURES = ["image", "images"];

/** Whether a row has a picture; an empty one is null, or an object without bytes and path. */
export const hasPicture = (row: object): boolean =>
  Object.entries(row).some(
    ([name, value]) => PICTURES.includes(keyOf(name)) && (Array.isArray(value) ? value : [value]).some(isPicture),
  );

function isPicture(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value);
  return ArrayBuffer.isView(value) ? value.byteLength > 0 : Object.values(value).some(isPicture);
}

/** Whether a value is a list of messages. */
export const isConversation = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((message) => typeof message?.role === "string");
