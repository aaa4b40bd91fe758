import { createHash } from "node:crypto";
import { closeSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** A file of a complete run. */
const storedFileSchema = z.object({
  bytes: z.int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Modification time in milliseconds. If it has not changed, the content is not read again. */
  mtimeMs: z.int(),
});
type StoredFile = z.infer<typeof storedFileSchema>;

/** Files by their path in the run's folder, with forward slashes. */
export const storedFilesSchema = z.record(z.string(), storedFileSchema);
export type StoredFiles = z.infer<typeof storedFilesSchema>;

/**
 * Describes every file in a run's folder and its subfolders. It leaves out the manifest, which holds this description,
 * links, and names that begin with a dot: temporary files, and files that a repair has set aside.
 */
export function describeFiles(folder: string): StoredFiles {
  const files = listFiles(folder).filter((path) => path !== "manifest.json");
  return Object.fromEntries(files.map((path) => [path, describeFile(join(folder, path))]));
}

function listFiles(folder: string, prefix = ""): string[] {
  const entries = readdirSync(join(folder, prefix), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    return entry.isDirectory() ? listFiles(folder, `${path}/`) : entry.isFile() ? [path] : [];
  });
}

function describeFile(file: string): StoredFile {
  const { size, mtimeMs } = lstatSync(file);
  return { bytes: size, sha256: hashFile(file), mtimeMs: Math.floor(mtimeMs) };
}

/** A file that differs from its manifest, and how: "has 120 bytes, expected 130". */
export interface Problem {
  file: string;
  wrong: string;
  /** The file is not the run's own: whatever the run made is as it was. */
  added?: true;
}

/**
 * Finds the files of a run that have changed.
 *
 * @param full reads every file, even if its size and modification time are unchanged, and looks for added ones
 */
export function findChanges(folder: string, files: StoredFiles, full: boolean): Problem[] {
  const changed = Object.entries(files).flatMap(([file, expected]): Problem[] => {
    const wrong = findChange(join(folder, file), expected, full);
    return wrong ? [{ file, wrong }] : [];
  });
  return full ? [...changed, ...findAdded(folder, files)] : changed;
}

const findAdded = (folder: string, files: StoredFiles): Problem[] =>
  listFiles(folder)
    .filter((file) => file !== "manifest.json" && !Object.hasOwn(files, file))
    .map((file) => ({ file, wrong: "was added after the run was completed", added: true }));

function findChange(file: string, expected: StoredFile, full: boolean): string | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found) return "is missing";
  if (!found.isFile()) return "is not a file";
  if (found.size !== expected.bytes) return `has ${found.size} bytes, expected ${expected.bytes}`;
  if (!full && Math.floor(found.mtimeMs) === expected.mtimeMs) return undefined;
  return hashFile(file) === expected.sha256 ? undefined : "is not as it was when the run was completed";
}

const block = Buffer.allocUnsafe(1 << 20);

/** SHA-256 of a file of any size. */
export function hashFile(file: string): string {
  const hash = createHash("sha256");
  const handle = openSync(file, "r");
  try {
    for (let read = readSync(handle, block); read > 0; read = readSync(handle, block))
      hash.update(block.subarray(0, read));
  } finally {
    closeSync(handle);
  }
  return hash.digest("hex");
}
