import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import { breakDown, readPredictions } from "../answers/index";
import { createBudget, type Endpoint, estimateUsd, type Price, priceOf } from "../ask/index";
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

interface Given {
  benchmark: string;
  endpoint: string;
  model: string;
  images: string;
  captions?: string;
  maxTokens: number;
  concurrency: number;
  budget?: number;
  price?: [number, number];
  plan?: boolean;
  json?: boolean;
}

/** `wov ask`: puts a benchmark's items to a model behind any endpoint that speaks OpenAI's protocol. */
export function addAsk(program: Command): void {
  const tasks = Object.entries(benchmarkTasks).map(([name, what]) => `${name}: ${what}`);
  program
    .command("ask <task>")
    .description(`put a benchmark's items to a model behind an endpoint\n\n${tasks.join("\n")}`)
    .requiredOption("--benchmark <file>", "a benchmark in VIVA's format")
    .requiredOption("--model <name>", "the model's name at the endpoint")
    .option("--endpoint <url>", "its address, up to /v1", "https://api.openai.com/v1")
    .option("--images <folder>", "where the pictures are", "images")
    .option("--captions <run>", "a run or file of captions, as `wov ask describe` leaves it")
    .option("--max-tokens <n>", "at most so many tokens a reply", Number, 64)
    .option("--concurrency <n>", "requests under way at once, at the most", Number, 16)
    .option("--budget <usd>", "stop before this is passed", Number)
    .option("--price <input output...>", "USD per million tokens, where data/prices.json has none")
    .option("--plan", "say what it would cost; ask nothing")
    .option("--json", "print the result as JSON")
    .action(ask);
}

async function ask(task: string, given: Given): Promise<void> {
  const root = projectRoot();
  const items = loadBenchmark(given.benchmark, given.images);
  const captions = given.captions ? readPredictions(given.captions, items) : undefined;
  const decoding = { model: given.model, max_tokens: given.maxTokens, temperature: 0 };
  const asking: BenchmarkAsking = { task: checkTask(task), items, decoding, captions };
  const price = priceFor(root, given);
  const estimate = estimateUsd(benchmarkRequests(root, asking), price);
  process.stderr.write(`${items.length} requests to ${given.model}: at most about $${estimate.toFixed(2)}\n`);
  if (given.plan) return;
  if (estimate > 0 && given.budget === undefined)
    throw new WovError("this costs money: say with --budget how much, in USD, it may be at the most", 2);
  const budget = createBudget(price, given.budget ?? Number.POSITIVE_INFINITY);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const bar = new SingleBar({ format: " {bar} {value}/{total}, about {eta_formatted} to go", stream: process.stderr });
  bar.start(items.length, 0);
  try {
    const onProgress = (done: number) => bar.update(done);
    const run = await askBenchmark(root, asking, {
      endpoint: endpointOf(root, given),
      budget,
      signal: stop.signal,
      onProgress,
    });
    bar.update(items.length);
    bar.stop();
    report(given, run.folder, asking, readPredictions(join(root, run.folder), items));
  } finally {
    bar.stop();
  }
}

function checkTask(task: string): BenchmarkTask {
  if (task in benchmarkTasks) return task as BenchmarkTask;
  throw new WovError(`ask ${task}: expected one of ${Object.keys(benchmarkTasks).join(", ")}`, 2);
}

const isHere = (endpoint: string) => ["localhost", "127.0.0.1", "[::1]"].includes(new URL(endpoint).hostname);

/** A model on this machine costs nothing; another one's price must be known. */
function priceFor(root: string, { endpoint, model, price }: Given): Price {
  if (!URL.canParse(endpoint))
    throw new WovError(`--endpoint ${endpoint}: expected an address such as http://localhost:8000/v1`, 2);
  const [input, output] = (price ?? (isHere(endpoint) ? [0, 0] : [])).map(Number);
  if (input === undefined || output === undefined) return priceOf(root, model);
  if (!(input >= 0 && output >= 0))
    throw new WovError("--price: expected two numbers, USD per million tokens in and out", 2);
  return { input, output };
}

/** The key comes from the environment or `.env`, and from nowhere else. */
function endpointOf(root: string, { endpoint, concurrency }: Given): Endpoint {
  const file = join(root, ".env");
  if (!process.env.OPENAI_API_KEY && existsSync(file)) process.loadEnvFile(file);
  const apiKey = process.env.OPENAI_API_KEY;
  if (!apiKey && !isHere(endpoint))
    throw new WovError(
      "no key: set OPENAI_API_KEY in the environment or in a file .env (it is not written anywhere)",
      2,
    );
  return { baseURL: endpoint, apiKey: apiKey ?? "none", concurrency };
}

function report({ json }: Given, folder: string, { task, items }: BenchmarkAsking, replies: Map<number, string>): void {
  const run = relative(".", join(projectRoot(), folder));
  const scores = task === "describe" ? undefined : breakDown(items, replies, "strict");
  if (json) return void process.stdout.write(`${JSON.stringify({ run, scores }, null, 1)}\n`);
  process.stdout.write(`${run}\n`);
  if (!scores) return;
  const percent = (share: number) => (100 * share).toFixed(2);
  const { accuracy, interval, unread } = scores;
  process.stdout.write(
    `${percent(accuracy)} % right (95 % interval ${percent(interval.low)}–${percent(interval.high)}), ${unread} unread. ` +
      `More: wov score --benchmark … --predictions ${run}\n`,
  );
}
