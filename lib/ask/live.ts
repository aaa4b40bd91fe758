import type OpenAI from "openai";
import { WovError } from "../errors";
import { type Adaptation, createAdaptation } from "./adapt";
import type { Account } from "./budget";
import { createClient } from "./client";
import { encoded } from "./encode";
import type { Connection, Endpoint } from "./endpoint";
import { type Failure, refusesAll, toFailure } from "./failure";
import { chargedTokens, type Reply, replyRecord } from "./reply";
import type { Request } from "./request";
import { createSender } from "./send";
import { estimateTokens } from "./tokens";

/** Requests that are sent first. Where all of them fail for good, and none was ever answered, the endpoint is given up. */
const MAX_CONSECUTIVE_FAILURES = 8;

/** Requests to a live endpoint, and who hears of their replies. */
export interface LiveOptions extends Pick<Connection, "endpoint" | "signal" | "onNotice"> {
  /** The folder to which pictures' paths are relative. */
  root: string;
  requests: readonly Request[];
  /** Whether the endpoint has answered requests of this kind before. */
  answered?: boolean;
  /** Each reply as it comes, as a line of a batch output file. */
  onReply(reply: Reply): void;
  /** Each request that the endpoint refuses for good, or that failed after the last try. */
  onFailure?(request: Request, failure: Failure): void;
  /** Each answer that may be charged for, and is of no use: its request is sent again, or the endpoint is given up. */
  onWaste?(request: Request, failure: Failure): void;
  /** What is known of the fields that the model refuses. */
  adaptation?: Adaptation;
  account?: Account;
}

/**
 * Sends requests to a live endpoint. It sends fewer at once when the endpoint is busy, waits as long as it asks,
 * and tries again what may succeed. A request that fails for good is reported; the others go on.
 *
 * @throws WovError where no request can succeed (a wrong key, address or model), or the budget would be passed
 */
export async function askLive(options: LiveOptions): Promise<void> {
  const { root, endpoint, requests, account, onReply, onFailure, onWaste } = options;
  const adaptation = options.adaptation ?? createAdaptation();
  const ask = createAsker(createClient(options), endpoint, adaptation);
  const { closing, stop, send, each } = createSender(options);
  const first = Math.min(MAX_CONSECUTIVE_FAILURES, requests.length);
  const ofFirst: [Request, Failure][] = [];
  let answered = options.answered ?? false;
  /** Reported once the endpoint is known to answer: where it refuses each of the first, nothing is recorded of any. */
  const held: [Request, Failure][] = [];
  const report = () => {
    for (const [request, failure] of held.splice(0)) onFailure?.(request, failure);
  };
  const giveUp = (failure: Failure) => {
    for (const [request, one] of ofFirst) if (one.answered) onWaste?.(request, one);
    return new WovError(`${endpoint.baseURL} answers no request: ${failure.message}`);
  };
  await each(requests, async (request, place) => {
    const estimate = estimateTokens(request);
    const reserved = await account?.reserve(estimate, closing);
    /** An answer that broke off is charged for, and so is the next one. */
    const countWaste = (failure: Failure) => {
      try {
        onWaste?.(request, failure);
        account?.charge(estimate);
      } catch (error) {
        stop(error);
      }
    };
    let reply: Reply;
    try {
      reply = await send(async () => {
        const body = await encoded(root, request, endpoint.extra);
        return ask(request.custom_id, body).catch((failure: Failure) => {
          if (failure.answered && failure.retryable) countWaste(failure);
          throw failure;
        });
      });
    } catch (error) {
      const failure = toFailure(error, endpoint);
      reserved?.settle(failure.answered && !failure.retryable ? estimate : undefined);
      closing.throwIfAborted();
      if (place < first) ofFirst.push([request, failure]);
      const failures = ofFirst.map(([, one]) => one);
      if (failure.fatal || (!answered && ofFirst.length === first && refusesAll(failures))) throw giveUp(failure);
      held.push([request, failure]);
      if (answered) report();
      return;
    }
    reserved?.settle(chargedTokens(reply, request));
    onReply(reply);
    answered = true;
    report();
  });
  report();
}

/** Asks one request, and again at once without a field that the model is found to refuse. */
function createAsker(client: OpenAI, endpoint: Endpoint, adaptation: Adaptation) {
  return async function ask(id: string, body: Request["body"]): Promise<Reply> {
    for (;;) {
      const sent = adaptation.apply(body);
      try {
        return replyRecord(id, await client.chat.completions.create(sent), endpoint);
      } catch (error) {
        const failure = toFailure(error, endpoint);
        if (!adaptation.learn(failure, sent)) throw failure;
      }
    }
  };
}
