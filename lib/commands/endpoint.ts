import { SingleBar } from "cli-progress";
import { type Command, InvalidArgumentError } from "commander";
import {
  type Connection,
  createBudget,
  defaultExtra,
  type Endpoint,
  estimateUsd,
  keyOf,
  type Price,
  priceAt,
  type Request,
} from "../ask/index";
import { WovError } from "../errors";
import { count, listOf, usd } from "./numbers";
import { options } from "./options";

/** The options of every command that asks a model. */
export interface EndpointOptions {
  endpoint: string;
  concurrency: number;
  budget?: number;
  price?: number[];
  extra?: Endpoint["extra"];
  plan?: boolean;
}

function address(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError("Expected an address such as http://localhost:8000/v1.");
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw new InvalidArgumentError(`Expected a JSON object such as '{"repetition_penalty": 1}'.`);
}

export const addEndpointOptions = (command: Command): Command =>
  command
    .option("--endpoint <url>", "address of the endpoint, up to /v1", address, "https://api.openai.com/v1")
    .option("--concurrency <n>", "maximum number of requests in flight", count, 16)
    .option(...options.budget, usd)
    .option(
      "--price <input output...>",
      "USD per million tokens, for a model that data/prices.json does not list",
      listOf(usd),
    )
    .option(
      "--extra <json>",
      "fields added to each request; by default no repetition penalty, and nothing for OpenAI",
      jsonObject,
    )
    .option("--plan", "print what it would cost, and ask nothing");

/**
 * Says what requests may cost at the most, then has them sent with a bar that shows how far it is.
 *
 * @param send gets what it needs to send them, and does so
 * @returns what `send` gives; undefined where only the plan was asked for
 * @throws WovError where it would cost money and no budget is given
 */
export async function withEndpoint<T>(
  root: string,
  { requests, model, ...given }: EndpointOptions & { requests: readonly Request[]; model: string },
  send: (connection: Connection) => Promise<T>,
): Promise<T | undefined> {
  const price = priceFor(root, model, given);
  const estimate = estimateUsd(requests, price);
  process.stderr.write(`${requests.length} requests to ${model}: at most about $${estimate.toFixed(2)}\n`);
  if (given.plan) return undefined;
  demandBudget(estimate, given);
  const budget = createBudget(given.budget ?? Number.POSITIVE_INFINITY);
  const endpoint = { ...endpointOf(root, given), price };
  return withBar(requests.length, ({ signal, onProgress }) => send({ endpoint, budget, signal, onProgress }));
}

/** @throws WovError where it would cost money and no budget is given */
export function demandBudget(estimateUsd: number, { budget }: EndpointOptions): void {
  if (estimateUsd > 0 && budget === undefined)
    throw new WovError("this costs money: give the most that may be spent, in USD, with --budget", 2);
}

/** Shows a bar while something is done; Ctrl+C ends it in good order. */
export async function withBar<T>(
  total: number,
  work: (shown: { signal: AbortSignal; onProgress(done: number, total: number): void }) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once("SIGINT", abort);
  const bar = new SingleBar({ format: " {bar} {value}/{total}, about {eta_formatted} to go", stream: process.stderr });
  bar.start(total, 0);
  const onProgress = (done: number, of: number) => {
    bar.setTotal(of);
    bar.update(done);
  };
  try {
    return await work({ signal: stop.signal, onProgress });
  } finally {
    bar.stop();
    process.off("SIGINT", abort);
  }
}

/** A model on this machine costs nothing; another one's price must be known. */
export function priceFor(root: string, model: string, { endpoint, price }: EndpointOptions): Price {
  if (!price) return priceAt(root, endpoint, model);
  const [input, output] = price;
  if (input === undefined || output === undefined || price.length > 2)
    throw new WovError(`--price ${price.join(" ")}: expected two numbers, USD per million tokens in and out`, 2);
  return { input, output };
}

/** The endpoint that the options name. @throws WovError if its key is not set */
export function endpointOf(root: string, given: EndpointOptions): Endpoint {
  const { endpoint: baseURL, concurrency, extra = defaultExtra(baseURL) } = given;
  return { baseURL, apiKey: keyOf(root, baseURL), concurrency, extra };
}
