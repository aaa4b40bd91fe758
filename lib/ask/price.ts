import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { WovError } from "../errors";
import type { Request } from "./request";
import { estimateTokens, type Tokens } from "./tokens";

const price = z.object({ input: z.number().nonnegative(), output: z.number().nonnegative() });
const pricesSchema = z.object({ date: z.string(), source: z.string(), models: z.record(z.string(), price) });

/** USD per million tokens. */
export type Price = z.infer<typeof price>;

/** What a model costs by `data/prices.json`; a model that is not there is an error, never free. */
export function priceOf(root: string, model: string): Price {
  const prices = pricesSchema.parse(JSON.parse(readFileSync(join(root, "data/prices.json"), "utf8")));
  const known = prices.models[model];
  if (known) return known;
  const names = Object.keys(prices.models).join(", ");
  throw new WovError(
    `no price is known for '${model}' (data/prices.json, of ${prices.date}, has ${names}). Add it there, or give ` +
      "--price INPUT OUTPUT in USD per million tokens; a model on your own machine costs 0 0",
    2,
  );
}

/** USD for tokens. */
export const usdOf = ({ input, output }: Price, { prompt, completion }: Tokens): number =>
  (input * prompt + output * completion) / 1e6;

/** The most that requests are expected to cost, by the rule of `estimateTokens`. */
export const estimateUsd = (requests: readonly Request[], given: Price): number =>
  requests.reduce((sum, request) => sum + usdOf(given, estimateTokens(request)), 0);
