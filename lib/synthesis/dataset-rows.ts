import { readFileSync } from "node:fs";
import { WovError } from "../errors";
import { parseLine, readLines } from "../screen/index";
import type { DatasetFile } from "./dataset-files";

/** A row, and its number from 1: in JSON Lines, that of its line. */
export interface DatasetRow {
  number: number;
  /** Undefined if the line is not JSON. */
  row: unknown;
  /** The line, if it is not JSON. */
  line?: string;
}

/** The rows of a file in JSON Lines, JSON or Parquet. @throws WovError if it is none of these, or empty */
export async function readRows({ file, path, name }: DatasetFile): Promise<DatasetRow[]> {
  const read = /\.parquet$/i.test(path) ? readParquet : /\.jsonl$/i.test(path) ? readJsonLines : readJson;
  const rows = await read(file, name);
  if (rows.length === 0) throw new WovError(`${name}: is empty; expected rows with questions`, 2);
  return rows;
}

async function readJsonLines(file: string): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for await (const { line, number } of readLines(file)) {
    try {
      rows.push({ number, row: parseLine(line) });
    } catch {
      rows.push({ number, row: undefined, line });
    }
  }
  return rows;
}

/** Keys of lists that are part of a row: options, and messages. */
const IN_ROW = /^(?:options|choices|answer_choices|messages|conversations?|prompt|completion|chosen|rejected)$/i;

/** A list of rows, a list under the only key that holds one, or JSON Lines. */
async function readJson(file: string, name: string): Promise<DatasetRow[]> {
  const text = readText(file, name).replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = parseLine(text);
  } catch (error) {
    if (/^\s*\{.*\}\s*\n/.test(text)) return readJsonLines(file);
    throw new WovError(`${name}: cannot be read as JSON: ${(error as Error).message}`, 2, { cause: error });
  }
  const isTable = (one: unknown) => Array.isArray(one) && typeof one[0] === "object";
  const entries = Object.entries(value ?? {});
  const lists = entries.filter(([key, one]) => isTable(one) && !IN_ROW.test(key)).map(([, list]) => list);
  const isRow = lists.length !== 1 || entries.length > 2;
  const rows = Array.isArray(value) ? value : isRow ? [value] : (lists[0] as unknown[]);
  return rows.map((row, i) => ({ number: i + 1, row }));
}

function readText(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STRING_TOO_LONG") throw error;
    throw new WovError(`${name}: is too large for one JSON value; save it as JSON Lines`, 2, { cause: error });
  }
}

async function readParquet(file: string, name: string): Promise<DatasetRow[]> {
  const [{ parquetReadObjects }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  try {
    const rows = await parquetReadObjects({ file: new Uint8Array(readFileSync(file)).buffer, compressors });
    return rows.map((row, i) => ({ number: i + 1, row: withNumbers(row) }));
  } catch (error) {
    throw new WovError(`${name}: cannot be read as Parquet: ${(error as Error).message}`, 2, { cause: error });
  }
}

/** Parquet's whole numbers are read as BigInt. */
const withNumbers = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
  );
