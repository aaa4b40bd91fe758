import { existsSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Command } from "commander";
import { originOfFile } from "../print/index";
import { projectRoot } from "../root";
import { openStudy, shippedProfiles } from "../study/index";
import { isSound, traceTarget, traceText } from "../trace/index";
import { options } from "./options";

/** `wov trace`: where a number comes from, and whether it comes out again. */
export function define(command: Command): void {
  command
    .argument(
      "<target>",
      "a file of the report or of wov figures, a cell, a run or a sample; a cell's name without its seed is the mean over seeds",
    )
    .option(...options.profile)
    .option(...options.json)
    .addHelpText(
      "after",
      "\nIt reads the raw replies and scores them again, computes the mean, table or figure again, and compares every file of" +
        "\nevery run on the way with its manifest. Without --profile it takes the profile that the file names, or pocket. Exit" +
        "\ncode 1: something differs or was changed.",
    )
    .action(async (target: string, { profile, json }: { profile?: string; json?: true }) => {
      const root = projectRoot();
      const study = openStudy(profile ?? profileOf(root, target), root);
      const trace = await traceTarget(study, target);
      process.stdout.write(json ? `${JSON.stringify(trace, null, 1)}\n` : traceText(study, trace));
      if (!isSound(trace)) process.exitCode = 1;
    });
}

/** The profile that a file of `wov figures` names, or whose report a file is in. */
function profileOf(root: string, target: string): string {
  if (!existsSync(target) || !statSync(target).isFile()) return "pocket";
  const folder = basename(dirname(resolve(target)));
  const reported = shippedProfiles(root).includes(folder) ? folder : "pocket";
  return originOfFile(target)?.profile ?? reported;
}
