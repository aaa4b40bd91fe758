import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { WovError } from "../errors";
import { isLocal } from "./endpoint";
import type { Request } from "./request";
import { estimateTokens, type Tokens } from "./tokens";

const price = z.object({ input: z.number().nonnegative(), output: z.number().nonnegative() });
const pricesSchema = z.object({
  date: z.iso.date(),
  source: z.string(),
  note: z.string().optional(),
  unit: z.string().optional(),
  models: z.record(z.string(), price),
});

/** USD per million tokens. */
export type Price = z.infer<typeof price>;
/** What models cost, and when and where that was read. */
export type Prices = z.infer<typeof pricesSchema>;

export const FREE: Price = { input: 0, output: 0 };
/** OpenAI's Batch API costs half. */
export const BATCH_SHARE = 0.5;
/** Prices that are older than this are to be checked. */
const MAX_AGE_DAYS = 180;
const DAY_MS = 86_400_000;

const FILE = "data/prices.json";

/** The prices of `data/prices.json`. @throws WovError that names what is wrong with the file */
export function loadPrices(root: string): Prices {
  try {
    return pricesSchema.parse(JSON.parse(readFileSync(join(root, FILE), "utf8")));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const what = issue ? `'${issue.path.join(".")}': ${issue.message}` : (error as Error).message;
    throw new WovError(`${FILE}: ${what}`, 2, { cause: error });
  }
}

/** What a model costs by `data/prices.json`; a model that is not there is an error, never free. */
export function priceOf(root: string, model: string): Price {
  const { models, date } = loadPrices(root);
  const known = models[model];
  if (known) return known;
  throw new WovError(
    `no price is known for '${model}' (${FILE}, of ${date}, has ${Object.keys(models).join(", ")}). Add it there, or give ` +
      "its price in USD per million tokens: --price INPUT OUTPUT, or 'price' of the endpoint in a profile; a model on " +
      "your own server costs 0 0",
    2,
  );
}

/** What a model at an address costs: what is given, nothing on this machine, and otherwise what the list says. */
export const priceAt = (root: string, url: string, model: string, given?: Price): Price =>
  given ?? (isLocal(url) ? FREE : priceOf(root, model));

/** The price through the Batch API. */
export const batchPrice = ({ input, output }: Price): Price => ({
  input: BATCH_SHARE * input,
  output: BATCH_SHARE * output,
});

/** A warning if the list of prices is too old to be relied on. */
export function priceWarning({ date, source }: Prices, now = new Date()): string | undefined {
  const days = Math.floor((now.getTime() - Date.parse(date)) / DAY_MS);
  if (days <= MAX_AGE_DAYS) return undefined;
  return `the prices in ${FILE} are ${days} days old (${date}): compare them with ${source}, and update the file`;
}

/** USD for tokens. */
export const usdOf = ({ input, output }: Price, { prompt, completion }: Tokens): number =>
  (input * prompt + output * completion) / 1e6;

/** The most that requests are expected to cost, by the rule of `estimateTokens`. */
export const estimateUsd = (requests: readonly Request[], given: Price): number =>
  requests.reduce((sum, request) => sum + usdOf(given, estimateTokens(request)), 0);
