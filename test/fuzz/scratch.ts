import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "wov-fuzz-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Writes a file that a reader is to read, over the one before. */
export function writeScratch(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
