import type { Command } from "commander";
import { runHere } from "../process";
import { projectRoot } from "../root";

/** `wov test`: runs all tests, including the pocket study and the notebooks in their kernel. */
export function define(command: Command): void {
  command.action(async () => {
    const root = projectRoot();
    process.exitCode = await runHere(root, process.execPath, [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--project",
      "quick",
      "--project",
      "whole",
    ]);
  });
}
