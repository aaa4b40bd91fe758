import { readFileSync } from "node:fs";
import { z } from "zod";
import { WovError } from "../errors";
import { type Fault, faultsOf, readNaN, repeats, sharedPictureFaults } from "./audit";
import type { Item } from "./item";
import { parsePythonJson } from "./python-json";
import { rowSchema, toItem } from "./row";

/** A benchmark, and the faults of its file. */
export interface AuditedBenchmark {
  items: Item[];
  /** In the items' order, repeats last. Everything that is read differently from the file is listed here. */
  faults: Fault[];
}

/** How a file is read. */
export interface ReadOptions {
  /** Does not add the gold options that an item's list lacks; otherwise they are taken from `action_answer`. */
  asPublished?: boolean;
}

/**
 * Loads a benchmark in VIVA's file format.
 *
 * @param file the JSON file
 * @param imagesFolder where its pictures are; each item's `image` is this folder and the picture's name
 * @throws WovError that names the file and, if there is one, the row, its index, the key and the value
 */
export const loadBenchmark = (file: string, imagesFolder = "images", options: ReadOptions = {}): Item[] =>
  auditBenchmark(file, imagesFolder, options).items;

/** Loads a benchmark as `loadBenchmark` does, and lists each fault of the file and how it was read. */
export function auditBenchmark(
  file: string,
  imagesFolder = "images",
  { asPublished }: ReadOptions = {},
): AuditedBenchmark {
  const rows = readRows(file).map(readNaN);
  const read = rows.map(({ row, faults }, i) => {
    const { item, row: checked } = readItem(row, imagesFolder, asPublished, `${file}: row ${i + 1}${named(row)}`);
    return { item, faults: [...faults, ...faultsOf(checked, item)] };
  });
  const items = read.map(({ item }) => item);
  const seen = new Set<number>();
  for (const { index } of items) {
    if (seen.has(index)) throw new WovError(`${file}: two items have the index ${index}`, 2);
    seen.add(index);
  }
  return { items, faults: [...read.flatMap(({ faults }) => faults), ...sharedPictureFaults(items), ...repeats(items)] };
}

/**
 * The rows of a benchmark's file, unchecked. A bare NaN is `NOT_A_NUMBER`.
 *
 * @throws WovError that says why the file cannot be read
 */
export function readRows(file: string): unknown[] {
  const text = new TextDecoder().decode(readBytes(file)); // leaves out a byte order mark
  let rows: unknown;
  try {
    rows = parsePythonJson(text);
  } catch (error) {
    throw unreadable(file, whyNotJson(text, error), error);
  }
  if (!Array.isArray(rows) || rows.length === 0)
    throw new WovError(`${file}: expected a JSON list of at least one item, in VIVA's format`, 2);
  return rows;
}

/** The bytes of a benchmark's file. */
export function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(file, whyNotRead(error), error);
  }
}

const unreadable = (file: string, why: string, cause: unknown) =>
  new WovError(`${file}: cannot be read as a benchmark: ${why}`, 2, { cause });

function readItem(row: unknown, imagesFolder: string, asPublished: boolean | undefined, where: string) {
  const read = rowSchema.safeParse(row);
  if (!read.success) throw new WovError(`${where}: ${explain(read.error, row)}`, 2);
  const item = toItem(read.data, imagesFolder, asPublished);
  if (!item) throw new WovError(`${where}: answer is null and action_answer names no letter`, 2);
  return { item, row: read.data };
}

/** The first thing wrong: "action_list[2]: expected …, got 17". */
function explain(error: z.ZodError, row: unknown): string {
  const { path, message } = error.issues[0]!;
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null)?.[key], row);
  const key = z.core.toDotPath(path);
  const got = (JSON.stringify(value) ?? "nothing").slice(0, 200);
  return `${key ? `${key}: ` : ""}${message} (the file has ${got})`;
}

function named(row: unknown): string {
  const index = (row as { index?: unknown } | null)?.index;
  return index === undefined ? "" : ` (index ${JSON.stringify(index)})`;
}

function whyNotRead(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder; expected the JSON file in it";
  return message;
}

/** A list without its end is half a copy or half a download. */
function whyNotJson(text: string, error: unknown): string {
  const remedy = "Delete it and copy it again, or download it again ('wov viva' downloads VIVA's)";
  if (text.trim() === "") return `it is empty. ${remedy}`;
  if (/^\s*\[/.test(text) && !/\]\s*$/.test(text)) return `its end is missing. ${remedy}`;
  return (error as Error).message;
}
