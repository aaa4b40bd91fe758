import type { Command } from "commander";
import { benchmarks } from "../../test/bench/index";
import { projectRoot } from "../root";
import { options } from "./options";

/** `wov bench`: measures the kit's speed on this machine. */
export function define(command: Command): void {
  for (const [name, { description, option, run }] of Object.entries(benchmarks)) {
    const benchmark = command.command(name).description(description);
    if (option) benchmark.option(...option);
    benchmark
      .option(...options.json)
      .action(async ({ json, ...chosen }: { json?: boolean; peers?: boolean; large?: boolean; gpu?: boolean }) => {
        const { result, text } = await run(projectRoot(), chosen);
        process.stdout.write(`${json ? JSON.stringify(result, null, 1) : text}\n`);
      });
  }
}
