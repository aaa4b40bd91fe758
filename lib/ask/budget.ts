import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { WovError } from "../errors";
import { replyLine } from "./reply";
import type { Request } from "./request";

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

/** Characters a token, low for English, so that estimates are rather too high. */
const CHARS_PER_TOKEN = 3;
/** Tokens of a picture: OpenAI's count for a square of 1,024 pixels in high detail (85 + 4 × 170). */
const TOKENS_PER_PICTURE = 765;

/** Tokens that a request is taken to cost at the most: what it says by its length, and all that it may answer. */
export function estimateTokens({ body }: Request): { prompt: number; completion: number } {
  const parts = body.messages.flatMap(({ content }) =>
    typeof content === "string" ? [{ type: "text" as const, text: content }] : content,
  );
  const prompt = parts.reduce(
    (sum, part) => sum + (part.type === "text" ? Math.ceil(part.text.length / CHARS_PER_TOKEN) : TOKENS_PER_PICTURE),
    10,
  );
  return { prompt, completion: body.max_tokens };
}

const usd = ({ input, output }: Price, tokens: { prompt: number; completion: number }) =>
  (input * tokens.prompt + output * tokens.completion) / 1e6;

/** What requests cost at the most, by the rule of `estimateTokens`. */
export const estimateUsd = (requests: readonly Request[], given: Price): number =>
  requests.reduce((sum, request) => sum + usd(given, estimateTokens(request)), 0);

/** A sum in USD that is never passed. */
export interface Budget {
  /** Spent so far, by the tokens that replies report. */
  readonly spentUsd: number;
  /** Sets aside what a request may cost. @throws WovError where that would pass the budget */
  reserve(request: Request): void;
  /** Counts what a reply did cost; without a reply the estimate is given back. */
  settle(request: Request, reply: unknown): void;
}

/** @param limitUsd the most that may be spent; Infinity only counts */
export function createBudget(price: Price, limitUsd: number): Budget {
  let [spent, reserved] = [0, 0];
  return {
    get spentUsd() {
      return spent;
    },
    reserve(request) {
      const cost = usd(price, estimateTokens(request));
      if (spent + reserved + cost > limitUsd)
        throw new WovError(
          `the budget of $${limitUsd} would be passed: $${spent.toFixed(4)} are spent, $${reserved.toFixed(4)} under ` +
            `way, and the next request may cost $${cost.toFixed(4)}. What was answered is kept; a higher --budget goes on`,
        );
      reserved += cost;
    },
    settle(request, reply) {
      const estimate = estimateTokens(request);
      reserved = Math.max(0, reserved - usd(price, estimate));
      if (reply === undefined) return;
      const usage = replyLine.safeParse(reply).data?.response?.body.usage;
      spent += usd(price, usage ? { prompt: usage.prompt_tokens, completion: usage.completion_tokens } : estimate);
    },
  };
}

/** What an earlier, cut-off call has spent is part of the budget; a reply that several share was paid once. */
export function countSpent(
  budget: Budget | undefined,
  requests: readonly Request[],
  records: readonly { custom_id: string; shared?: string }[],
): void {
  const byId = new Map(requests.map((request) => [request.custom_id, request]));
  for (const record of records) {
    const request = byId.get(record.custom_id);
    if (request && !record.shared) budget?.settle(request, record);
  }
}
