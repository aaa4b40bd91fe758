import type { Command } from "commander";
import { auditBenchmark, summarizeAudit } from "../benchmark/index";
import { auditTable, toMarkdown } from "../show/index";
import { options } from "./options";

/** `wov audit`: the faults of a benchmark file, and how the kit repairs them. */
export function define(command: Command): void {
  command
    .argument("<file>", "a benchmark in VIVA's format")
    .option("--as-published", "do not add missing gold options to the list of options")
    .option(...options.json)
    .action((file: string, { asPublished, json }: { asPublished?: boolean; json?: boolean }) => {
      const audit = summarizeAudit(auditBenchmark(file, undefined, { asPublished }));
      process.stdout.write(json ? `${JSON.stringify(audit, null, 1)}\n` : toMarkdown(auditTable(audit)));
    });
}
