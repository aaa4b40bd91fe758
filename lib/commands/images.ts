import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import { fetchImages, imageYield, loadBenchmark } from "../benchmark/index";

/** `wov images`: fetches a benchmark's pictures and verifies each. */
export function define(command: Command): void {
  command
    .requiredOption("--benchmark <file>", "a benchmark in VIVA's format")
    .option("--to <folder>", "where they go", "images")
    .option("--from <folder>", "pictures that you downloaded by hand")
    .option("--json", "print it as JSON")
    .action(async ({ benchmark, to, from, json }: { benchmark: string; to: string; from?: string; json?: boolean }) => {
      const items = loadBenchmark(benchmark, to);
      const bar = new SingleBar({
        format: " {bar} {value}/{total}, about {eta_formatted} to go",
        stream: process.stderr,
      });
      bar.start(items.length, 0);
      const records = await fetchImages(items, to, { from, onProgress: (done) => bar.update(done) }).finally(() =>
        bar.stop(),
      );
      const counts = imageYield(records);
      if (json) process.stdout.write(`${JSON.stringify({ items: items.length, counts, records }, null, 1)}\n`);
      else process.stdout.write(formatText(items.length, counts));
      process.exitCode = counts.ok === items.length ? 0 : 1;
    });
}

function formatText(items: number, { ok, ...others }: Record<string, number>): string {
  const reasons = Object.entries(others).sort(([, a], [, b]) => b - a);
  const lines = reasons.map(([reason, count]) => `  ${String(count).padStart(5)}  ${reason}`);
  return (
    `${ok} of ${items} pictures are there and whole\n${lines.join("\n")}\n` +
    (reasons.length > 0
      ? "The next run tries these again. A comparison rests on the items whose pictures there are.\n"
      : "")
  );
}
