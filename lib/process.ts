import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "./errors";

/** Path of a program in the project's Python environment. */
export function venvProgram(root: string, name: string): string {
  const windows = process.platform === "win32";
  const path = join(root, ".venv", windows ? "Scripts" : "bin", windows ? `${name}.exe` : name);
  if (!existsSync(path)) throw new WovError("the Python environment is missing: run `npm run setup`");
  return path;
}

/** Resolves with the exit code of a process when it has ended, or with 1 if a signal ended it. */
export const ended = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });

/** Runs a program in the project's folder with this process's input and output; resolves with its exit code. */
export const runHere = (root: string, program: string, args: string[]): Promise<number> =>
  ended(spawn(program, args, { cwd: root, stdio: "inherit" }));
