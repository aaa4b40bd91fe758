import { WovError } from "../errors";
import type { Outcome } from "../store/index";
import { Batches, type BatchOptions } from "./batches";
import type { Account, Reservation } from "./budget";
import { toFailure } from "./failure";
import { spentTokens } from "./notes";
import { FREE } from "./price";
import type { Request } from "./request";
import { outcomeOf, unanswered } from "./run";
import { estimateTokens } from "./tokens";

/**
 * Asks what is missing of a run through OpenAI's Batch API, at half the price and within a day. What is sent is
 * noted before and after, and each batch carries its run and part, so that a run which was cut off at any moment
 * finds its batches again and pays for nothing twice. What expired or failed is sent again, a few times; what is
 * refused for good becomes a record without a response.
 *
 * @throws WovError where a batch is refused, or requests are left without a reply
 */
export async function askBatch(options: BatchOptions): Promise<Outcome> {
  const { root, run, requests, endpoint, budget, signal } = options;
  run.begin();
  const account = budget?.account(run.id, endpoint.price ?? FREE);
  const batches = new Batches(options);
  const reserved: Reservation[] = [];
  const count = () => {
    account?.restore(spentTokens(root, run, requests));
    for (const one of reserved.splice(0)) one.settle();
  };
  try {
    count();
    for (;;) {
      await batches.fetchOpen(); // at first, those of an earlier process
      count();
      const unsent = batches.unsent();
      if (unsent.length === 0) break;
      if (account) reserved.push(...(await reserveSome(unsent, account, signal)));
      await batches.send(account ? unsent.slice(0, reserved.length) : unsent);
    }
  } catch (error) {
    if (error instanceof WovError || signal?.aborted) throw error;
    throw new WovError(`${endpoint.baseURL}: ${toFailure(error, endpoint).message}`);
  } finally {
    count();
  }
  const missing = batches.missing();
  if (missing.length > 0) {
    const [{ custom_id: first }] = missing as [Request];
    throw unanswered(
      options,
      missing.length,
      `${first}: ${batches.reasons.get(first) ?? "the batch has no line for it"}`,
    );
  }
  return outcomeOf(options);
}

/** Reserves what the first requests may cost, as many as there is room for. @throws WovError where there is room for none */
async function reserveSome(requests: readonly Request[], account: Account, signal?: AbortSignal) {
  const reserved = [await account.reserve(estimateTokens(requests[0]!), signal)];
  for (const request of requests.slice(1)) {
    const one = account.tryReserve(estimateTokens(request));
    if (!one) break;
    reserved.push(one);
  }
  return reserved;
}
