import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { projectRoot } from "../root";
import { openStudy, writeResultsFile } from "../study/index";
import { options } from "./options";

/** `wov results`: writes the answers of a finished study to one small file. */
export function define(command: Command): void {
  command
    .option(...options.profile, "pocket")
    .requiredOption("--out <file>", "the file to write")
    .option(...options.json)
    .addHelpText(
      "after",
      "\nThe file holds what tables of accuracy need: the items' right letters, and each cell's answers, one letter each; and" +
        "\nhow they came about. Equal runs give equal bytes. readResultsFile(FILE) reads it, and refuses a changed one.",
    )
    .action((given: { profile: string; out: string; json?: true }) => {
      const study = openStudy(given.profile, projectRoot());
      const out = resolve(given.out);
      const manifest = writeResultsFile(study, out);
      const { cells, get } = study.results();
      const there = cells.filter((cell) => get(cell) !== undefined).length;
      const bytes = statSync(out).size;
      process.stdout.write(
        given.json
          ? `${JSON.stringify({ out, bytes, cells: cells.length, there, ...manifest })}\n`
          : `${out}: ${there} of ${cells.length} cells, ${Math.round(bytes / 1000)} kB, SHA-256 ${manifest.sha256}\n`,
      );
      if (there < cells.length)
        process.stderr.write(
          `${cells.length - there} cells have no result yet. Next: npx wov study --profile ${given.profile}\n`,
        );
    });
}
