import { SingleBar } from "cli-progress";
import { type Command, InvalidArgumentError } from "commander";
import {
  type Connection,
  checkAddress,
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
  set?: Endpoint["extra"];
  plan?: boolean;
}

function address(text: string): string {
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError("Expected an address such as http://localhost:8000/v1.");
  checkAddress(text);
  return text;
}

/** A field of requests and its value, as JSON or else as a text; null leaves a field out. */
function field(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("Expected a field and its value, such as top_k=1.");
  if (["model", "messages", "n", "stream"].includes(name))
    throw new InvalidArgumentError(`The field ${name} is the kit's own.`);
  return { ...before, [name]: readValue(value!) };
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
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
      "--set <field=value>",
      "set a field of each request, once per field; null leaves it out (default: repetition_penalty=1, not for OpenAI)",
      field,
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
  return withBar(requests.length, (shown) => send({ endpoint, budget, ...shown }));
}

/** @throws WovError where it would cost money and no budget is given */
export function demandBudget(estimateUsd: number, { budget }: EndpointOptions): void {
  if (estimateUsd > 0 && budget === undefined)
    throw new WovError("this costs money: give the most that may be spent, in USD, with --budget", 2);
}

/** How a command shows what it does, and is stopped. */
export type Shown = Required<Pick<Connection, "signal" | "onProgress" | "onNotice">>;

/** Shows a bar while something is done, and what there is to know above it; Ctrl+C ends it in good order. */
export async function withBar<T>(total: number, work: (shown: Shown) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once("SIGINT", abort);
  const bar = new SingleBar({ format: " {bar} {value}/{total}, about {eta_formatted} to go", stream: process.stderr });
  bar.start(total, 0);
  const onProgress = (done: number, of: number) => {
    bar.setTotal(of);
    bar.update(done);
  };
  const onNotice = (message: string) => process.stderr.write(`${process.stderr.isTTY ? "\r\x1b[K" : ""}${message}\n`);
  try {
    return await work({ signal: stop.signal, onProgress, onNotice });
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

/** The fields that are added to each request. */
export const extraOf = ({ endpoint, set }: EndpointOptions): Endpoint["extra"] =>
  set ? { ...defaultExtra(endpoint), ...set } : defaultExtra(endpoint);

/** The endpoint that the options name. @throws WovError if its key is not set */
export function endpointOf(root: string, given: EndpointOptions): Endpoint {
  const { endpoint: baseURL, concurrency } = given;
  return { baseURL, apiKey: keyOf(root, baseURL), concurrency, extra: extraOf(given) };
}
