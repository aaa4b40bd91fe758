import { readFileSync } from "node:fs";
import { parsePythonJson } from "../benchmark/index";
import { WovError } from "../errors";
import { readLines } from "../screen/index";
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
      rows.push({ number, row: parseJson(line) });
    } catch {
      rows.push({ number, row: undefined, line });
    }
  }
  return rows;
}

/** JSON, or as Python writes it, with a bare NaN. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parsePythonJson(text);
  }
}

/** A list of rows, a list under the only key that holds one, or JSON Lines. */
async function readJson(file: string, name: string): Promise<DatasetRow[]> {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (/^\s*\{.*\}\s*\n/.test(text)) return readJsonLines(file);
    throw new WovError(`${name}: cannot be read as JSON: ${(error as Error).message}`, 2, { cause: error });
  }
  const isTable = (one: unknown) => Array.isArray(one) && typeof one[0] === "object";
  const lists = Object.values(value ?? {}).filter(isTable);
  const isRow = lists.length !== 1 || Object.keys(value as object).length > 2;
  const rows = Array.isArray(value) ? value : isRow ? [value] : (lists[0] as unknown[]);
  return rows.map((row, i) => ({ number: i + 1, row }));
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
