import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { loadBenchmark } from "../benchmark/index";
import { WovError } from "../errors";
import { type Known, readLine } from "../screen/index";
import { knownTexts } from "../synthesis/index";

/**
 * What no sample may come too near: a benchmark's items (a JSON list), or the texts of a file of JSON Lines.
 *
 * @throws WovError that names the file and the line
 */
export function readKnown(file: string): Known[] {
  if (!existsSync(file)) throw new WovError(`${file}: there is no such file`, 2);
  const text = readFileSync(file, "utf8");
  if (/^\s*\[/.test(text.slice(0, 100)))
    return knownTexts(loadBenchmark(file), new Map(), []).map((known) => ({ ...known, from: basename(file) }));
  return text.split("\n").flatMap((line, i) => {
    if (!line.trim()) return [];
    const read = readLine(line, i + 1);
    if (typeof read === "string")
      throw new WovError(`${file}, line ${i + 1}: ${read}; expected a JSON object with a text`, 2);
    return [{ name: read.id, from: basename(file), situations: [read.situation], options: read.options }];
  });
}
