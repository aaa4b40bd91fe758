import { WovError } from "../errors";
import type { Account } from "./budget";
import { callJson, unexpected } from "./client";
import { encoded } from "./encode";
import type { Endpoint } from "./endpoint";
import { type Failure, refusesAll, toFailure } from "./failure";
import { usageOf } from "./reply";
import type { Request } from "./request";
import { createSender } from "./send";
import { estimateTokens } from "./tokens";

/** Requests that are sent first. Where all of them fail for good, and none was ever answered, the endpoint is given up. */
const MAX_CONSECUTIVE_FAILURES = 8;

/** Requests to a live endpoint, and who hears of their replies. */
export interface LiveAsking {
  /** The folder to which pictures' paths are relative. */
  root: string;
  endpoint: Endpoint;
  requests: readonly Request[];
  /** Whether the endpoint has answered requests of this kind before. */
  answered?: boolean;
  /** Each reply as it comes, as a line of a batch output file. */
  onReply(reply: unknown): void;
  /** Each request that the endpoint refuses for good. */
  onRefusal?(request: Request, failure: Failure): void;
  /** Each request that failed otherwise, after the last try. */
  onFailure?(request: Request, failure: Failure): void;
  account?: Account;
  signal?: AbortSignal;
}

/**
 * Sends requests to a live endpoint. It sends fewer at once when the endpoint is busy, waits as long as it asks,
 * and tries again what may succeed. A request that fails for good is reported; the others go on.
 *
 * @throws WovError where no request can succeed (a wrong key, address or model), or the budget would be passed
 */
export async function askLive({ root, endpoint, requests, account, signal, ...asking }: LiveAsking): Promise<void> {
  const { closing, send, each } = createSender(endpoint, signal);
  const first = Math.min(MAX_CONSECUTIVE_FAILURES, requests.length);
  const ofFirst: Failure[] = [];
  let answered = asking.answered ?? false;
  /** Reported once the endpoint is known to answer: where it refuses each of the first, nothing is recorded of any. */
  const held: (() => void)[] = [];
  const report = () => {
    for (const one of held.splice(0)) one();
  };
  await each(requests, async (request, place) => {
    const estimate = estimateTokens(request);
    const reserved = await account?.reserve(estimate, closing);
    let reply: unknown;
    try {
      reply = await send(() => complete(endpoint, root, request, signal));
    } catch (error) {
      reserved?.settle();
      closing.throwIfAborted();
      const failure = toFailure(error, endpoint);
      if (place < first) ofFirst.push(failure);
      if (failure.fatal || (!answered && ofFirst.length === first && refusesAll(ofFirst)))
        throw new WovError(`${endpoint.baseURL} answers no request: ${failure.message}`);
      held.push(() => (failure.refused ? asking.onRefusal : asking.onFailure)?.(request, failure));
      if (answered) report();
      return;
    }
    reserved?.settle(usageOf(reply) ?? estimate);
    asking.onReply(reply);
    answered = true;
    report();
  });
  report();
}

/** One request, one reply, as a line of a batch output file. */
async function complete(endpoint: Endpoint, root: string, request: Request, signal?: AbortSignal): Promise<unknown> {
  const sent = JSON.stringify(await encoded(root, request, endpoint.extra));
  const call = { method: "POST", path: "chat/completions", body: sent } as const;
  const body = await callJson<{ id?: string; choices?: unknown[] }>(endpoint, call, signal);
  if (!Array.isArray(body?.choices) || body.choices.length === 0)
    throw unexpected("a chat completion", "no choices", JSON.stringify(body));
  const response = { status_code: 200, request_id: body.id, body };
  return { id: body.id, custom_id: request.custom_id, response, error: null };
}
