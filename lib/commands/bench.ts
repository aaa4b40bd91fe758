import type { Command } from "commander";
import { benchReading } from "../bench/index";

/** `wov bench`: how fast the kit is, measured here and now. */
export function addBench(program: Command): void {
  const bench = program.command("bench").description("measure how fast the kit is, beside its peers, in one run");
  bench
    .command("read")
    .description("time to read a reply, by scorer")
    .option("--json", "print it as JSON")
    .action(({ json }: { json?: boolean }) => {
      const results = benchReading();
      const lines = results.map(
        ({ scorer, replies, medianMs, maxMs }) =>
          `${scorer}: ${replies} replies of up to 1 MB; median ${medianMs} ms, at most ${maxMs} ms`,
      );
      process.stdout.write(json ? `${JSON.stringify(results, null, 1)}\n` : `${lines.join("\n")}\n`);
    });
}
