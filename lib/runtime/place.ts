import { mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Moves a file or folder to its place, so that it is never there in part, and an earlier one never missing for long. */
export function moveIntoPlace(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const isFolder = statSync(to, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder) renameSync(to, `${from}.old`); // rather than to remove it before the new one is there
  renameSync(from, to);
}
