import { createWriteStream, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { WovError } from "../errors";

/** Refuses an `--out` file that is also an input, even under another name: its content would be lost. */
export function refuseToOverwrite(out: string, inputs: readonly string[]): void {
  const identityOf = (path: string) => {
    const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
    return stats && `${stats.dev} ${stats.ino}`;
  };
  const written = identityOf(out);
  const read = inputs.find((input) => written !== undefined && identityOf(input) === written);
  if (read !== undefined)
    throw new WovError(`--out ${out}: this file is also the input ${read}; choose another name`, 2);
}

/** Writes lines to a file, which appears or replaces an earlier one only when it is complete. */
export async function writeOutput(out: string, lines: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const stats = statSync(out, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) return pipeline(lines, createWriteStream(out)); // a pipe, a terminal, /dev/null
  const target = stats ? realpathSync(out) : out;
  const unfinished = `${target}.${process.pid}.tmp`;
  try {
    await pipeline(lines, createWriteStream(unfinished));
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
