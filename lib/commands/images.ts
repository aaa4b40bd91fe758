import type { Command } from "commander";
import { fetchImages, imageYield, loadBenchmark } from "../benchmark/index";
import { onOneLine } from "../escape";
import { withBar } from "./endpoint";
import { options } from "./options";

interface ImagesOptions {
  benchmark: string;
  to: string;
  from?: string;
  json?: boolean;
}

/** `wov images`: fetches a benchmark's pictures and verifies each. */
export function define(command: Command): void {
  command
    .requiredOption(...options.benchmark)
    .option("--to <folder>", "folder for the pictures", "images")
    .option("--from <folder>", "take the pictures from this folder instead of from their addresses")
    .option(...options.json)
    .action(run);
}

async function run({ benchmark, to, from, json }: ImagesOptions): Promise<void> {
  const items = loadBenchmark(benchmark, to);
  const records = await withBar(items.length, ({ signal, onProgress }) =>
    fetchImages(items, to, { from, signal, onProgress }),
  );
  const counts = imageYield(records);
  if (json) process.stdout.write(`${JSON.stringify({ items: items.length, counts, records }, null, 1)}\n`);
  else process.stdout.write(formatText(items.length, counts));
  process.exitCode = counts.ok === items.length ? 0 : 1;
}

function formatText(items: number, { ok, ...others }: Record<string, number>): string {
  const reasons = Object.entries(others).sort(([, a], [, b]) => b - a);
  const lines = reasons.map(([reason, count]) => `  ${String(count).padStart(5)}  ${onOneLine(reason)}\n`);
  return (
    `${ok} of ${items} pictures are in the folder and intact\n${lines.join("")}` +
    (reasons.length > 0
      ? "The next run tries the others again. Models are asked only about items that have a picture.\n"
      : "")
  );
}
