import { tally } from "../count";
import { WovError } from "../errors";
import { hashFile } from "../store/index";
import { type Columns, EXPECTED_COLUMNS, hasKnownColumns } from "./dataset-columns";
import { type DatasetFile, localFiles } from "./dataset-files";
import { DEFAULT_REVISION, downloadDataset, isHubName } from "./dataset-hub";
import { type RowFault, readRowsAsQuestions } from "./dataset-row";
import { type DatasetRow, readRows } from "./dataset-rows";
import type { Sample } from "./sample";

/** A dataset of multiple-choice questions, on disk or on the Hub. */
export interface Dataset {
  /** A file or folder, relative to the project's folder; if there is none, "user/name" on the Hub. */
  dataset: string;
  /** On the Hub: a branch, a tag or a commit; "main" by default. */
  revision?: string;
  /** Files of a folder or repository, as names or patterns ("data/train-*"); by default all .jsonl, .json, .parquet. */
  files?: string[];
  /** Names of columns where they are not the usual ones. */
  columns?: Columns;
}

/** The questions of a dataset. */
export interface DatasetSamples {
  samples: Sample[];
  /** Rows that could not be read. `what`: the row as text; `call`: its name. */
  rejected: { reason: RowFault; what: string; call: string }[];
  /** Number of rows. */
  rows: number;
  /** The files that were read. */
  files: { path: string; sha256: string; rows: number }[];
  /** On the Hub: the commit that was read. */
  commit?: string;
}

/**
 * Reads the rows of a dataset as samples. A sample's `call` is its row, counted from 1: "row-12", or "file-2-row-12" if
 * there are several files.
 *
 * @param source id of the source; part of each sample's id
 * @throws WovError if the dataset cannot be read, or one of its files holds no question that can be read
 */
export async function readDataset(root: string, dataset: Dataset, source: string): Promise<DatasetSamples> {
  const { files, commit } = await findFiles(root, dataset);
  const out: DatasetSamples = { samples: [], rejected: [], rows: 0, files: [], ...(commit && { commit }) };
  for (const [i, file] of files.entries()) {
    const prefix = files.length > 1 ? `file-${i + 1}-` : "";
    const rows = await readRows(file);
    const { samples, rejected } = readFile(file, rows, dataset.columns ?? {}, source, prefix);
    out.samples = out.samples.concat(samples); // `push(...)` cannot take 100,000 of them
    out.rejected = out.rejected.concat(rejected);
    out.rows += rows.length;
    out.files.push({ path: file.path, sha256: hashFile(file.file), rows: rows.length });
  }
  return out;
}

/**
 * What determines a dataset's samples, for the id of a run. Nothing is downloaded: files on the disk are named by their
 * content, and a dataset of the Hub by its name and revision.
 *
 * @throws WovError if there is no such file or folder, and it cannot be the name of a dataset on the Hub
 */
export function datasetIdentity(root: string, { dataset, revision, files, columns = {} }: Dataset): unknown {
  const local = localFiles(root, dataset, files);
  return local
    ? { files: local.map(({ file }) => hashFile(file)), columns }
    : { hub: hubName(dataset), revision: revision ?? DEFAULT_REVISION, files: files ?? "all", columns };
}

async function findFiles(
  root: string,
  { dataset, revision = DEFAULT_REVISION, files }: Dataset,
): Promise<{ files: DatasetFile[]; commit?: string }> {
  const local = localFiles(root, dataset, files);
  if (local) return { files: local };
  return downloadDataset(root, { name: hubName(dataset), revision, files });
}

/** @throws WovError if it looks like a path */
function hubName(dataset: string): string {
  if (isHubName(dataset)) return dataset;
  throw new WovError(
    `${dataset}: there is no such file or folder; expected a path in the project, or user/name of a dataset on the Hub`,
    2,
  );
}

function readFile(
  { name }: DatasetFile,
  rows: readonly DatasetRow[],
  columns: Columns,
  source: string,
  prefix: string,
): Pick<DatasetSamples, "samples" | "rejected"> {
  checkColumns(name, rows, columns);
  const samples: Sample[] = [];
  const rejected: DatasetSamples["rejected"] = [];
  const read = readRowsAsQuestions(
    rows.map(({ row }) => row),
    columns,
  );
  for (const [i, { number, row, line }] of rows.entries()) {
    const call = `${prefix}row-${number}`;
    const question = line === undefined ? read[i]! : "no JSON";
    if (typeof question === "string") rejected.push({ reason: question, what: line ?? textOf(row), call });
    else samples.push({ id: `${source}-${call}`, ...question, source, call });
  }
  if (samples.length === 0) throw new WovError(`${name}: ${whyNone(rejected)}`, 2);
  return { samples, rejected };
}

/** @throws WovError if the columns are other ones than expected */
function checkColumns(file: string, rows: readonly DatasetRow[], columns: Columns): void {
  const objects = rows.flatMap(({ row }) => (typeof row === "object" && row && !Array.isArray(row) ? [row] : []));
  const found = new Set(objects.flatMap((row) => Object.keys(row)));
  if (found.size === 0) return; // every row is rejected, with its reason
  const absent = Object.entries(columns).filter(([, name]) => !found.has(name));
  if (absent.length === 0 && hasKnownColumns(objects, found, columns)) return;
  const wrong = absent.map(([role, name]) => `'columns' names '${name}' for ${role}, which it does not have. `);
  throw new WovError(
    `${file}: ${wrong.join("")}${wrong.length > 0 ? "It has" : "has"} the columns ${[...found].map((name) => `'${name}'`).join(", ")}; expected ` +
      `${EXPECTED_COLUMNS}. Name them under 'columns' in the profile, such as columns: { problem: text, answer: gold }`,
    2,
  );
}

/** The commonest reason, and a row as an example. */
function whyNone(rejected: DatasetSamples["rejected"]): string {
  const [[reason, n]] = Object.entries(tally(rejected.map((one) => one.reason))).sort(([, a], [, b]) => b - a) as [
    [string, number],
  ];
  const { call, what } = rejected.find((one) => one.reason === reason)!;
  const row = call.split("-").at(-1);
  return (
    `none of its ${rejected.length} rows can be read as a question; in ${n}: ${reason} (such as row ${row}: ` +
    `${what.slice(0, 200)}). Leave the file out with 'files', or name other 'columns'`
  );
}

const textOf = (row: unknown): string =>
  JSON.stringify(row, (_, value) =>
    typeof value === "bigint" ? Number(value) : ArrayBuffer.isView(value) ? "(bytes)" : value,
  ) ?? "nothing";
