import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources";
import PQueue from "p-queue";
import pRetry, { AbortError } from "p-retry";
import { WovError } from "../errors";
import type { Budget } from "./budget";
import { encoded } from "./encode";
import type { Endpoint, Failure } from "./endpoint";
import { toFailure } from "./failure";
import { createPace, type Pace } from "./pace";
import type { Request } from "./request";

/** Times that a request is sent again after a failure that may pass; a busy endpoint is asked for longer. */
const RETRIES = 6;
/** How long an endpoint may refuse all requests because it is busy, in milliseconds, before it is given up. */
const MAX_BUSY_MS = 300_000;
/** Requests that wait for their next try do not count as in flight: so many times more are taken up. */
const QUEUE_FACTOR = 4;
/** Failures for good in a row, without one reply before, after which the endpoint is given up. */
const MAX_CONSECUTIVE_FAILURES = 8;

/** What is asked, of whom, and who hears of it. */
export interface LiveAsking {
  /** The folder to which pictures' paths are relative. */
  root: string;
  endpoint: Endpoint;
  requests: readonly Request[];
  /** Each reply as it comes, as a line of a batch output file. */
  onReply(reply: unknown): void;
  /** Each request that failed after the last try. */
  onFailure?(request: Request, failure: Failure): void;
  budget?: Budget;
  signal?: AbortSignal;
}

/**
 * Sends requests to a live endpoint. It sends fewer at once when the endpoint is busy, waits as long as it asks,
 * and tries again what may pass. A request that fails for good is reported; the others go on.
 *
 * @throws WovError where no request can succeed (a wrong key, address or model), or the budget would be passed
 */
export async function askLive(asking: LiveAsking): Promise<void> {
  const { endpoint, requests, budget } = asking;
  const client = new OpenAI({
    baseURL: endpoint.baseURL,
    apiKey: endpoint.apiKey,
    maxRetries: 0,
    timeout: endpoint.timeoutMs ?? 120_000,
  });
  const pace = createPace(endpoint.concurrency);
  const queue = new PQueue({ concurrency: pace.limit });
  const stop = new AbortController();
  const signal = asking.signal ? AbortSignal.any([asking.signal, stop.signal]) : stop.signal;
  setMaxListeners(0, signal); // each request in flight listens to it
  const sending: Sending = { asking, client, pace, queue, signal, answeredAt: performance.now() };
  let [replies, failures] = [0, 0];
  const one = async (request: Request) => {
    budget?.reserve(request);
    try {
      const reply = await sendPatiently(sending, request);
      budget?.settle(request, reply);
      replies++;
      asking.onReply(reply);
    } catch (error) {
      budget?.settle(request, undefined);
      signal.throwIfAborted();
      const failure = toFailure(error, endpoint);
      if (failure.fatal || (++failures >= MAX_CONSECUTIVE_FAILURES && replies === 0))
        throw new WovError(`${endpoint.baseURL} answers no request: ${failure.message}`);
      asking.onFailure?.(request, failure);
    }
  };
  try {
    await eachInTurn(requests, QUEUE_FACTOR * endpoint.concurrency, one, signal);
  } catch (error) {
    // Replies to what is in flight are paid for: they are waited for, unless a person stopped it.
    if (!(error instanceof WovError)) stop.abort(error);
    throw error;
  }
}

interface Sending {
  asking: LiveAsking;
  client: OpenAI;
  pace: Pace;
  queue: PQueue;
  signal: AbortSignal;
  /** When the endpoint last answered anything. */
  answeredAt: number;
}

/** Works on at most `atOnce` of them; after the first error none is begun, and those in flight are ended. */
async function eachInTurn<T>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let next = 0;
  let failed: { error: unknown } | undefined;
  const worker = async () => {
    while (next < all.length && !failed && !signal.aborted) {
      try {
        await work(all[next++]!);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
  if (failed) throw failed.error;
  signal.throwIfAborted();
}

/** Sends a request until it is answered or has failed for good. While it waits, others take its place. */
function sendPatiently(sending: Sending, request: Request): Promise<unknown> {
  const { asking, pace, queue, signal } = sending;
  let refusals = 0;
  const attempt = async () => {
    const sentAt = performance.now();
    try {
      const reply = await send(sending.client, asking.root, request, signal);
      pace.answered();
      sending.answeredAt = performance.now();
      return reply;
    } catch (error) {
      const failure = toFailure(error, asking.endpoint);
      if (isBusy(failure)) pace.refused(sentAt);
      throw failure.passing ? error : new AbortError(error as Error);
    } finally {
      queue.concurrency = pace.limit;
    }
  };
  return pRetry(() => queue.add(attempt), {
    retries: RETRIES,
    minTimeout: 100,
    maxTimeout: 20_000,
    randomize: true,
    signal,
    onFailedAttempt: async ({ error }) => {
      const failure = toFailure(error, asking.endpoint);
      if (isBusy(failure)) refusals++;
      const wait = failure.retryAfterMs ?? (isBusy(failure) ? Math.min(20_000, 50 * 2 ** refusals) : 0);
      if (wait > 0) await sleep(wait, undefined, { signal });
    },
    shouldConsumeRetry: ({ error }) =>
      !isBusy(toFailure(error, asking.endpoint)) || performance.now() - sending.answeredAt > MAX_BUSY_MS,
  });
}

/** Whether a failure says no more than "not so many at once". */
const isBusy = ({ status, passing }: Failure) => passing && (status === 429 || status === 503 || status === 529);

/** One request, one reply, as a line of a batch output file. */
async function send(client: OpenAI, root: string, request: Request, signal: AbortSignal): Promise<unknown> {
  const sent = (await encoded(root, request)) as ChatCompletionCreateParamsNonStreaming;
  const body = await client.chat.completions.create(sent, { signal });
  if (!Array.isArray(body?.choices) || body.choices.length === 0) throw new WovError(noChoices(body));
  const response = { status_code: 200, request_id: body.id, body };
  return { id: body.id, custom_id: request.custom_id, response, error: null };
}

function noChoices(body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const what = /^\s*</.test(text) ? "HTML, as a proxy or a web page would" : "no choices";
  return `expected a chat completion, and the endpoint sent ${what}: ${text.slice(0, 80)}`;
}
