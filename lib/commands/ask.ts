import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { breakDown, readPredictions } from "../answers/index";
import { fileBenchmark, loadBenchmark } from "../benchmark/index";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { breakdownTable, percentText, rangeText, toMarkdown } from "../show/index";
import { type BenchmarkTask, benchmarkTaskSteps, benchmarkTasks } from "../study/index";
import { loadSeeds } from "../synthesis/index";
import { endpointBackend, runAskStep } from "./backend";
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

/** `wov ask`: puts a benchmark's items to a model behind any endpoint that speaks OpenAI's protocol. */
export function define(command: Command): void {
  const tasks = Object.entries(benchmarkTasks).map(([name, what]) => `  ${name}: ${what}`);
  command
    .argument("<task>", Object.keys(benchmarkTasks).join(", "))
    .addHelpText("after", `\nTasks:\n${tasks.join("\n")}`)
    .requiredOption(...options.benchmark)
    .requiredOption(...options.model)
    .option(...options.images, "images")
    .option("--captions <run>", "a run or a file of captions, as `wov ask describe` leaves it")
    .option(...options.maxTokens, count, 64)
    .option(...options.json);
  addEndpointOptions(command).action(ask);
}

async function ask(task: string, given: AskOptions): Promise<void> {
  const root = projectRoot();
  const items = loadBenchmark(given.benchmark, given.images);
  if (task === "captions" && !given.captions)
    throw new WovError("ask captions: name with --captions the run that described the pictures", 2);
  const seeds = () => loadSeeds(root).map(({ written }) => written);
  const steps = benchmarkTaskSteps(root, {
    task: checkTask(task),
    benchmark: fileBenchmark(root, { file: resolve(given.benchmark), images: resolve(given.images), seeds }),
    backend: endpointBackend(root, given),
    maxTokens: given.maxTokens,
    captions: given.captions ? readPredictions(given.captions, items, { allowMissing: true }) : undefined,
  });
  if (!(await runAskStep(root, given, steps.ask))) return;
  const folder = join(root, steps.ask.run.folder);
  const replies = readPredictions(folder, items, { allowMissing: true });
  const scores = task === "describe" ? undefined : breakDown(items, replies, "strict");
  const run = relative(".", folder);
  if (given.json) return void process.stdout.write(`${JSON.stringify({ run, scores }, null, 1)}\n`);
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
