import { join, relative } from "node:path";
import type { Command } from "commander";
import { breakDown, readPredictions } from "../answers/index";
import { loadBenchmark } from "../benchmark/index";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import {
  askBenchmark,
  type BenchmarkAsking,
  type BenchmarkTask,
  benchmarkRequests,
  benchmarkTasks,
} from "../study/index";
import { addEndpointOptions, type EndpointOptions, withEndpoint } from "./endpoint";

interface Given extends EndpointOptions {
  benchmark: string;
  model: string;
  images: string;
  captions?: string;
  maxTokens: number;
  json?: boolean;
}

/** `wov ask`: puts a benchmark's items to a model behind any endpoint that speaks OpenAI's protocol. */
export function define(command: Command): void {
  const tasks = Object.entries(benchmarkTasks).map(([name, what]) => `  ${name}: ${what}\n`);
  command
    .addHelpText("after", `\nTasks:\n${tasks.join("")}`)
    .requiredOption("--benchmark <file>", "a benchmark in VIVA's format")
    .requiredOption("--model <name>", "the model's name at the endpoint")
    .option("--images <folder>", "where the pictures are", "images")
    .option("--captions <run>", "a run or file of captions, as `wov ask describe` leaves it")
    .option("--max-tokens <n>", "at most so many tokens a reply", Number, 64)
    .option("--json", "print the result as JSON");
  addEndpointOptions(command).action(ask);
}

async function ask(task: string, given: Given): Promise<void> {
  const root = projectRoot();
  const items = loadBenchmark(given.benchmark, given.images);
  const captions = given.captions ? readPredictions(given.captions, items) : undefined;
  const decoding = { model: given.model, max_tokens: given.maxTokens, temperature: 0 };
  const asking: BenchmarkAsking = { task: checkTask(task), items, decoding, captions };
  const requests = benchmarkRequests(root, asking);
  const run = await withEndpoint(root, { ...given, requests }, (sending) => askBenchmark(root, asking, sending));
  if (run) report(given, run.folder, asking, readPredictions(join(root, run.folder), items));
}

function checkTask(task: string): BenchmarkTask {
  if (task in benchmarkTasks) return task as BenchmarkTask;
  throw new WovError(`ask ${task}: expected one of ${Object.keys(benchmarkTasks).join(", ")}`, 2);
}

function report({ json }: Given, folder: string, { task, items }: BenchmarkAsking, replies: Map<number, string>): void {
  const run = relative(".", join(projectRoot(), folder));
  const scores = task === "describe" ? undefined : breakDown(items, replies, "strict");
  if (json) return void process.stdout.write(`${JSON.stringify({ run, scores }, null, 1)}\n`);
  process.stdout.write(`${run}\n`);
  if (!scores) return;
  const percent = (share: number) => (100 * share).toFixed(2);
  const { accuracy, interval, unparsed } = scores;
  process.stdout.write(
    `${percent(accuracy)} % right (95 % interval ${percent(interval.low)}–${percent(interval.high)}), ${unparsed} unparsed. ` +
      `More: wov score --benchmark … --predictions ${run}\n`,
  );
}
