import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { countReplies, describeCounts, readBody } from "../ask/index";
import { type Item, NOT_A_NUMBER, parsePythonJson } from "../benchmark/index";
import { WovError } from "../errors";
import type { Likelihood } from "./likelihood";

const ITEM_KEYS = ["index", "custom_id", "id"];
const TEXT_KEYS = ["reply", "prediction", "pred", "output", "response"];

/** How to read a file of predictions. */
export interface PredictionOptions {
  /** The key of the model's text, if it is not one of the usual keys. */
  textKey?: string;
  /** Leaves out items without a prediction instead of refusing the file. */
  allowMissing?: boolean;
  /** Advice for error messages about a missing item or text key, such as which option to pass. */
  advice?: { missing?: string; textKey?: string };
}

interface Entry {
  /** "line 17" */
  where: string;
  value: unknown;
}

/**
 * Reads what a model replied to each item: a run's folder, OpenAI batch output, or JSON or JSON Lines of objects
 * with an item key (index, custom_id or id) and a text key (reply, prediction, pred, output, response).
 *
 * A line of batch output is always a reply: if the request was refused or the content is null, absent or empty, the
 * reply is "", which is unparsed. An item is missing if it has no line, or if its line has null or NaN under
 * a text key, which people write for "no prediction". A file may repeat an item, as those of several GPUs do to fill
 * their last batch: with the same text, or with none.
 *
 * @returns replies by item index
 * @throws WovError that names the file, the line and the item that is missing, repeated or unknown
 */
export function readPredictions(
  path: string,
  items: readonly Item[],
  { textKey, allowMissing = false, advice = {} }: PredictionOptions = {},
): Map<number, string> {
  const file = recordsOf(path);
  const known = idsOf(items);
  const replies = new Map<number, string>();
  for (const { where, value } of readEntries(file)) {
    const at = `${file}: ${where}`;
    const index = itemOf(value, known, at);
    const text = textOf(value, textKey, `${at} (item ${index})`, advice.textKey);
    const before = replies.get(index);
    if (text && before && text !== before)
      throw new WovError(`${at}: a second prediction for item ${index}, which differs; expected one per item`, 2);
    if (text !== undefined && !before) replies.set(index, text);
  }
  const missing = items.filter(({ index }) => !replies.has(index)).map(({ index }) => index);
  if (replies.size === 0) throw new WovError(`${file}: holds no reply to any item of the benchmark`, 2);
  if (missing.length > 0 && !allowMissing) {
    const some = `${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""}`;
    const what = `no prediction for ${missing.length} of ${items.length} items (${some})`;
    throw new WovError(`${file}: ${what}. ${advice.missing ?? "Add them"}`, 2);
  }
  return replies;
}

/**
 * Reads what likelihoods of options are recorded beside replies, in the same files.
 *
 * @returns likelihoods by item index, of the items that have some
 * @throws WovError that names the line which is not JSON
 */
export function readLikelihoods(path: string, items: readonly Item[]): Map<number, Likelihood> {
  const file = recordsOf(path);
  const known = idsOf(items);
  const found = readEntries(file).flatMap(({ where, value }) => {
    const { likelihood } = (value ?? {}) as { likelihood?: unknown };
    return likelihood === undefined || likelihood === null
      ? []
      : [[itemOf(value, known, `${file}: ${where}`), likelihood as Likelihood] as const];
  });
  return new Map(found);
}

/** What a person should know of lines of batch output that hold no whole reply: how many were cut off, refused, … */
export function describePredictions(path: string): string[] {
  const lines = readEntries(recordsOf(path)).map(({ value }) => value);
  const isLine = (value: unknown) =>
    typeof value === "object" && value !== null && "response" in value && isBatchLine(value as Record<string, unknown>);
  return describeCounts(countReplies(lines.filter(isLine)), "Ask again with a higher limit.");
}

/** The file of replies: that of a run, if the path is a folder. */
const recordsOf = (path: string): string =>
  existsSync(path) && statSync(path).isDirectory() ? join(path, "records.jsonl") : path;

const idsOf = (items: readonly Item[]) => new Map(items.map(({ index }) => [String(index), index]));

function readEntries(file: string): Entry[] {
  const text = readText(file);
  const whole = parse(text);
  if (Array.isArray(whole)) return whole.map((value, i) => ({ where: `entry ${i + 1}`, value }));
  const lines = text.split("\n").flatMap((line, i) => (line.trim() ? [{ line, where: `line ${i + 1}` }] : []));
  if (lines.length === 0) throw new WovError(`${file}: is empty; expected predictions as JSON or JSON Lines`, 2);
  return lines.map(({ line, where }) => {
    const value = parse(line);
    if (value === undefined) throw new WovError(`${file}: ${where} is not JSON; expected one JSON object per line`, 2);
    return { where, value };
  });
}

function parse(text: string): unknown {
  try {
    return parsePythonJson(text);
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new WovError(`${file}: ${code === "ENOENT" ? "there is no such file" : message}`, 2, { cause: error });
  }
}

function itemOf(value: unknown, known: ReadonlyMap<string, number>, where: string): number {
  const entry = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const key = ITEM_KEYS.find((name) => typeof entry[name] === "number" || typeof entry[name] === "string");
  if (!key) throw new WovError(`${where}: has no item; expected one of the keys ${ITEM_KEYS.join(", ")}`, 2);
  const index = known.get(String(entry[key]));
  if (index === undefined)
    throw new WovError(`${where}: ${key} ${JSON.stringify(entry[key])} is not an item of the benchmark`, 2);
  return index;
}

/** The model's text; undefined if the file has null or NaN instead. */
function textOf(value: unknown, textKey: string | undefined, where: string, advice?: string): string | undefined {
  const entry = value as Record<string, unknown>;
  const keys = textKey ? [textKey] : TEXT_KEYS;
  const key = keys.find((name) => name in entry);
  if (!key)
    throw new WovError(`${where}: has no text; expected the key ${keys.join(", ")}${advice ? `. ${advice}` : ""}`, 2);
  const text = entry[key];
  if (key === "response" && isBatchLine(entry)) return contentOf(entry.response, where);
  if (text === null || text === NOT_A_NUMBER) return undefined;
  if (typeof text === "string") return text;
  throw new WovError(`${where}: ${key} is ${JSON.stringify(text).slice(0, 80)}; expected the model's text`, 2);
}

/** Whether an entry is a line of OpenAI batch output: a response with a body, or a refused request's error. */
const isBatchLine = ({ response, error }: Record<string, unknown>) =>
  response === null ? Boolean(error) : typeof response === "object" && "body" in response!;

/** The text of an answer; "" if the model said nothing, the request was refused, or a run kept what it did not know. */
function contentOf(response: unknown, where: string): string {
  const { body } = (response ?? {}) as { body?: unknown };
  const read = readBody(body);
  if (read.kind === "reply") return read.text;
  const keys = typeof body === "object" && body !== null ? Object.keys(body) : [];
  if (read.kind === "error" || keys.length === 0 || ["choices", "raw"].some((key) => keys.includes(key))) return "";
  const found = keys.slice(0, 5).join(", ");
  throw new WovError(
    `${where}: the response has the keys ${found}; expected 'choices', or 'output' of /v1/responses`,
    2,
  );
}
