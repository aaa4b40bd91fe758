import { join, relative } from "node:path";
import type { Command } from "commander";
import { downloadViva, VIVA } from "../benchmark/index";
import { projectRoot } from "../root";

/** `wov viva`: downloads VIVA's annotations from the Hub. */
export function define(command: Command): void {
  command
    .option("--to <folder>", `folder for the file; ${VIVA.folder} in the project by default`)
    .option("--revision <name>", "a branch, tag or commit of the dataset", VIVA.revision)
    .action(async ({ to = join(projectRoot(), VIVA.folder), revision }: { to?: string; revision: string }) => {
      const { file, asTested } = await downloadViva(to, { revision });
      const path = relative(".", file);
      const tested = asTested
        ? "It is the file on which this kit was tested."
        : "It differs from the file on which this kit was tested: audit it.";
      process.stdout.write(`${path}\n`);
      const images = relative(".", join(to, "images"));
      process.stderr.write(`${tested}\nNext: wov audit ${path}; wov images --benchmark ${path} --to ${images}\n`);
    });
}
