import type { Command } from "commander";
import { projectRoot } from "../root";
import { runHere, venvProgram } from "./python";

/** `wov lab`: opens JupyterLab, where the notebooks find the project's TypeScript kernel. */
export function define(command: Command): void {
  command
    .allowUnknownOption()
    .argument("[options...]", "handed on to JupyterLab, such as --no-browser")
    .action(async (options: string[]) => {
      const root = projectRoot();
      process.exitCode = await runHere(root, venvProgram(root, "jupyter"), [
        "lab",
        "notebooks/1-pilot-study.ipynb",
        ...options,
      ]);
    });
}
