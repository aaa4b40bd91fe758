import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { WovError } from "../errors";

/** A file of a dataset. */
export interface DatasetFile {
  /** Its path in the dataset, with forward slashes. */
  path: string;
  /** The dataset's name and its path: what it is called in error messages. */
  name: string;
  /** Where it is on the disk. */
  file: string;
}

const DATA = /\.(?:jsonl|json|parquet)$/i;
/** JSON files that describe a dataset and hold none of its rows. */
const DESCRIPTIONS = /^(?:dataset_infos?|dataset_dict|state|config|manifest|spec|package|letters)\.json$/i;
const EXPECTED = ".jsonl, .json or .parquet";

/**
 * The files of a dataset on the disk; undefined if there is no file or folder of that name.
 *
 * @throws WovError if it holds no file that can be read, or not those that are named
 */
export function localFiles(root: string, dataset: string, files?: readonly string[]): DatasetFile[] | undefined {
  const at = resolve(root, dataset);
  const stats = statSync(at, { throwIfNoEntry: false });
  if (!stats) return undefined;
  if (stats.isDirectory())
    return chooseFiles(listFolder(at), files, dataset).map((path) => ({
      path,
      name: `${dataset}/${path}`,
      file: join(at, path),
    }));
  if (!DATA.test(at)) throw new WovError(`${dataset}: expected a file that ends with ${EXPECTED}, or a folder`, 2);
  return [{ path: basename(at), name: dataset, file: at }];
}

function listFolder(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    return entry.isDirectory() ? listFolder(folder, `${path}/`) : [path];
  });
}

/**
 * Chooses files of a dataset, in the order of their names: all that may hold rows, or those that match a name or
 * pattern such as "data/train-*.parquet". Of a run's samples only `records.jsonl` is read: the training files repeat
 * it.
 *
 * @param where the dataset, as it is called in error messages
 */
export function chooseFiles(
  paths: readonly string[],
  patterns: readonly string[] | undefined,
  where: string,
): string[] {
  const sorted = [...paths].sort((a, b) => (a < b ? -1 : 1));
  const data = sorted.filter(
    (path) => DATA.test(path) && !DESCRIPTIONS.test(basename(path)) && !/(?:^|\/)\./.test(path),
  );
  if (!patterns) {
    if (data.length === 0)
      throw new WovError(`${where}: expected a file that ends with ${EXPECTED}; there is ${list(sorted)}`, 2);
    return data.includes("records.jsonl") ? ["records.jsonl"] : data;
  }
  const tests = patterns.map((pattern) => ({ pattern, test: globOf(pattern) }));
  for (const { pattern, test } of tests)
    if (!sorted.some((path) => DATA.test(path) && test.test(path)))
      throw new WovError(
        `${where}: 'files' names ${pattern}, and no file that ends with ${EXPECTED} matches it; there is ${list(sorted)}`,
        2,
      );
  return sorted.filter((path) => DATA.test(path) && tests.some(({ test }) => test.test(path)));
}

/** In a pattern, "*" stands for any characters but "/". */
const globOf = (pattern: string) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")}$`);

const LISTED = 10;
const list = (paths: readonly string[]) =>
  paths.length === 0
    ? "no file"
    : `${paths.slice(0, LISTED).join(", ")}${paths.length > LISTED ? ` and ${paths.length - LISTED} more` : ""}`;
