import type { Command } from "commander";
import { auditBenchmark, summarizeAudit } from "../benchmark/index";
import { auditTable, toMarkdown } from "../show/index";

/** `wov audit`: what is wrong with a benchmark file, and how the kit reads it all the same. */
export function define(command: Command): void {
  command
    .option("--json", "print it as JSON, with every single fault")
    .action((file: string, { json }: { json?: boolean }) => {
      const audit = summarizeAudit(auditBenchmark(file));
      process.stdout.write(json ? `${JSON.stringify(audit, null, 1)}\n` : toMarkdown(auditTable(audit)));
    });
}
