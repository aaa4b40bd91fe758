import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { breakDown, readPredictions } from "../answers/index";
import { loadBenchmark } from "../benchmark/index";
import { openFileBenchmark } from "../benchmarks";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { breakdownTable, percentText, rangeText, toMarkdown } from "../show/index";
import { type BenchmarkTask, benchmarkTaskSteps, benchmarkTasks } from "../study/index";
import { optionsBackend, runAskStep } from "./backend";
import { addEndpointOptions, type EndpointOptions } from "./endpoint";
import { count } from "./numbers";
import { options } from "./options";

interface AskOptions extends EndpointOptions {
  benchmark: string;
  model: string;
  images: string;
  captions?: string;
  maxTokens: number;
  json?: boolean;
}

/** `wov ask`: asks a model at any endpoint that speaks OpenAI's protocol about a benchmark's items. */
export function define(command: Command): void {
  const tasks = Object.entries(benchmarkTasks).map(([name, what]) => `  ${name}: ${what}`);
  command
    .argument("<task>", Object.keys(benchmarkTasks).join(", "))
    .addHelpText("after", `\nTasks:\n${tasks.join("\n")}`)
    .requiredOption(...options.benchmark)
    .requiredOption(...options.model)
    .option(...options.images, "images")
    .option("--captions <run>", "captions for the task captions: the run of `wov ask describe`, or a file")
    .option(...options.maxTokens, count, 64)
    .option(...options.json);
  addEndpointOptions(command).action(ask);
}

async function ask(task: string, params: AskOptions): Promise<void> {
  const root = projectRoot();
  const items = loadBenchmark(params.benchmark, params.images);
  if (task === "captions" && !params.captions)
    throw new WovError("ask captions: pass the run of `wov ask describe`, or a file, with --captions", 2);
  const steps = benchmarkTaskSteps(root, {
    task: checkTask(task),
    benchmark: openFileBenchmark(root, { file: resolve(params.benchmark), images: resolve(params.images) }),
    backend: optionsBackend(root, params),
    maxTokens: params.maxTokens,
    captions: params.captions ? readPredictions(params.captions, items, { allowMissing: true }) : undefined,
  });
  if (!(await runAskStep(root, params, steps.ask))) return;
  const folder = join(root, steps.ask.run.folder);
  const replies = readPredictions(folder, items, { allowMissing: true });
  const scores = task === "describe" ? undefined : breakDown(items, replies, "strict");
  const run = relative(".", folder);
  if (params.json) return void process.stdout.write(`${JSON.stringify({ run, scores }, null, 1)}\n`);
  process.stdout.write(`${run}\n`);
  if (!scores) return;
  const { accuracy, interval, unparsed, missing } = scores;
  const notAsked = missing > 0 ? `, ${missing} items not asked` : "";
  process.stdout.write(
    `${percentText(accuracy)} % right (95 % interval ${rangeText(interval)}), ${unparsed} unparsed${notAsked}.\n` +
      `${toMarkdown(breakdownTable(scores))}More: wov score --benchmark … --predictions ${run}\n`,
  );
}

function checkTask(task: string): BenchmarkTask {
  if (task in benchmarkTasks) return task as BenchmarkTask;
  throw new WovError(`ask ${task}: expected one of ${Object.keys(benchmarkTasks).join(", ")}`, 2);
}
