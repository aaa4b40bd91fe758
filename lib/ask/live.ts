import type OpenAI from "openai";
import { WovError } from "../errors";
import type { Account } from "./budget";
import { createClient } from "./client";
import { encoded } from "./encode";
import type { Connection } from "./endpoint";
import { type Failure, refusesAll, toFailure, unexpected } from "./failure";
import { usageOf } from "./reply";
import type { Request } from "./request";
import { createSender } from "./send";
import { estimateTokens } from "./tokens";

/** Requests that are sent first. Where all of them fail for good, and none was ever answered, the endpoint is given up. */
const MAX_CONSECUTIVE_FAILURES = 8;

/** Requests to a live endpoint, and who hears of their replies. */
export interface LiveOptions extends Pick<Connection, "endpoint" | "signal"> {
  /** The folder to which pictures' paths are relative. */
  root: string;
  requests: readonly Request[];
  /** Whether the endpoint has answered requests of this kind before. */
  answered?: boolean;
  /** Each reply as it comes, as a line of a batch output file. */
  onReply(reply: unknown): void;
  /** Each request that the endpoint refuses for good, or that failed after the last try. */
  onFailure?(request: Request, failure: Failure): void;
  account?: Account;
}

/**
 * Sends requests to a live endpoint. It sends fewer at once when the endpoint is busy, waits as long as it asks,
 * and tries again what may succeed. A request that fails for good is reported; the others go on.
 *
 * @throws WovError where no request can succeed (a wrong key, address or model), or the budget would be passed
 */
export async function askLive(options: LiveOptions): Promise<void> {
  const { root, endpoint, requests, account, onReply, onFailure } = options;
  const client = createClient(options);
  const { closing, send, each } = createSender(options);
  const first = Math.min(MAX_CONSECUTIVE_FAILURES, requests.length);
  const ofFirst: Failure[] = [];
  let answered = options.answered ?? false;
  /** Reported once the endpoint is known to answer: where it refuses each of the first, nothing is recorded of any. */
  const held: [Request, Failure][] = [];
  const report = () => {
    for (const [request, failure] of held.splice(0)) onFailure?.(request, failure);
  };
  await each(requests, async (request, place) => {
    const estimate = estimateTokens(request);
    const reserved = await account?.reserve(estimate, closing);
    let reply: unknown;
    try {
      reply = await send(async () => complete(client, request, await encoded(root, request, endpoint.extra)));
    } catch (error) {
      reserved?.settle();
      closing.throwIfAborted();
      const failure = toFailure(error, endpoint);
      if (place < first) ofFirst.push(failure);
      if (failure.fatal || (!answered && ofFirst.length === first && refusesAll(ofFirst)))
        throw new WovError(`${endpoint.baseURL} answers no request: ${failure.message}`);
      held.push([request, failure]);
      if (answered) report();
      return;
    }
    reserved?.settle(usageOf(reply) ?? estimate);
    onReply(reply);
    answered = true;
    report();
  });
  report();
}

/** One request, one reply, as a line of a batch output file. */
async function complete(client: OpenAI, { custom_id }: Request, sent: Request["body"]): Promise<unknown> {
  const body = await client.chat.completions.create(sent);
  if (!body?.choices?.length) throw unexpected("a chat completion", "no choices", body);
  return { id: body.id, custom_id, response: { status_code: 200, request_id: body.id, body }, error: null };
}
