import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { loadBenchmark } from "../benchmark/index";
import { WovError } from "../errors";
import { type KnownText, readLine, splitLines } from "../screen/index";
import { knownTexts } from "../synthesis/index";

/** The file that `--samples` names: a JSON Lines file, or the records of a run's folder. */
export const samplesFile = (path: string): string =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, "records.jsonl") : path;

/**
 * Texts that no sample may resemble: a benchmark's items (a JSON list), or the lines of a JSON Lines file.
 *
 * @throws WovError that names the file and the line
 */
export function readKnown(file: string): KnownText[] {
  if (!existsSync(file)) throw new WovError(`${file}: there is no such file`, 2);
  const bytes = readFileSync(file);
  const from = basename(file);
  if (/^\uFEFF?\s*\[/.test(bytes.toString("utf8", 0, 100)))
    return knownTexts(loadBenchmark(file)).map((known) => ({ ...known, from }));
  return [...splitLines({ bytes, first: 1 })].map(({ line, number }) => {
    const read = readLine(line, number);
    if (typeof read === "string")
      throw new WovError(`${file}, line ${number}: ${read}; expected a JSON object with a text`, 2);
    return { name: read.id, from, situations: [read.situation], options: read.options };
  });
}
