import type { Command } from "commander";
import { projectRoot } from "../root";
import { runHere } from "./python";

/** `wov test`: all tests, with the pocket study and the notebooks in their kernel. */
export function addTest(program: Command): void {
  program
    .command("test")
    .description(
      "run all tests: the whole pocket study and the notebooks too (about 15 min); `npm run test:quick` leaves these out",
    )
    .action(async () => {
      const root = projectRoot();
      process.exitCode = await runHere(root, process.execPath, ["node_modules/vitest/vitest.mjs", "run"]);
    });
}
