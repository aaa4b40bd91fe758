import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import { apiKeyOf, createBudget, type Endpoint, estimateUsd, type Price, priceOf, type Request } from "../ask/index";
import { WovError } from "../errors";
import type { Connection } from "../study/index";

/** What a command is told of an endpoint and of what it may cost. */
export interface EndpointOptions {
  endpoint: string;
  concurrency: number;
  budget?: number;
  price?: [number, number];
  plan?: boolean;
}

/** The options of every command that asks a model. */
export const addEndpointOptions = (command: Command): Command =>
  command
    .option("--endpoint <url>", "its address, up to /v1", "https://api.openai.com/v1")
    .option("--concurrency <n>", "requests in flight at once, at the most", Number, 16)
    .option("--budget <usd>", "stop before this is passed", Number)
    .option("--price <input output...>", "USD per million tokens, where data/prices.json has none")
    .option("--plan", "say what it would cost; ask nothing");

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
  const budget = createBudget(price, given.budget ?? Number.POSITIVE_INFINITY);
  const endpoint = endpointOf(root, given);
  return withBar(requests.length, ({ signal, onProgress }) => send({ endpoint, budget, signal, onProgress }));
}

/** @throws WovError where it would cost money and no budget is given */
export function demandBudget(estimateUsd: number, { budget }: EndpointOptions): void {
  if (estimateUsd > 0 && budget === undefined)
    throw new WovError("this costs money: say with --budget how much, in USD, it may be at the most", 2);
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

const isHere = (endpoint: string) => ["localhost", "127.0.0.1", "[::1]"].includes(new URL(endpoint).hostname);

/** A model on this machine costs nothing; another one's price must be known. */
export function priceFor(root: string, model: string, { endpoint, price }: EndpointOptions): Price {
  if (!URL.canParse(endpoint))
    throw new WovError(`--endpoint ${endpoint}: expected an address such as http://localhost:8000/v1`, 2);
  const [input, output] = (price ?? (isHere(endpoint) ? [0, 0] : [])).map(Number);
  if (input === undefined || output === undefined) return priceOf(root, model);
  if (!(input >= 0 && output >= 0))
    throw new WovError("--price: expected two numbers, USD per million tokens in and out", 2);
  return { input, output };
}

/** The key comes from the environment or `.env`, and from nowhere else. */
export function endpointOf(root: string, { endpoint, concurrency }: EndpointOptions): Endpoint {
  const apiKey = apiKeyOf(root);
  if (!apiKey && !isHere(endpoint))
    throw new WovError(
      "no key: set OPENAI_API_KEY in the environment or in a file .env (it is not written anywhere)",
      2,
    );
  return { baseURL: endpoint, apiKey: apiKey ?? "none", concurrency };
}
