import { join } from "node:path";
import { WovError } from "../errors";
import type { Outcome } from "../store/index";
import { createBatchApi } from "./batch-api";
import { type BatchAsking, Batches } from "./batches";
import type { Account, Reservation } from "./budget";
import { toFailure } from "./failure";
import { paidTokens } from "./reply";
import type { Request } from "./request";
import { outcomeOf } from "./run";
import { createSender } from "./send";
import { estimateTokens } from "./tokens";

/** Times that what expired or failed is sent in a new batch. */
const ROUNDS = 3;

/**
 * Asks what is missing of a run through OpenAI's Batch API, at half the price and within a day. What is sent is
 * noted before and after, and each batch carries its run and part, so that a run which was cut off at any moment
 * finds its batches again and pays for nothing twice. What expired or failed is sent again, a few times; what is
 * refused for good becomes a record without a response.
 *
 * @throws WovError where a batch is refused, or requests are left without a reply
 */
export async function askBatch(asking: BatchAsking): Promise<Outcome> {
  const { run, requests, endpoint, budget, signal } = asking;
  run.begin();
  const account = budget?.account(run.id);
  const batches = new Batches(asking, createBatchApi(endpoint, createSender(endpoint, signal), signal));
  const count = () => account?.restore(paidTokens(batches.records(), requests));
  try {
    count();
    await batches.fetchOpen();
    count();
    const tries = new Map<string, number>();
    for (;;) {
      const open = batches.missing().filter(({ custom_id }) => (tries.get(custom_id) ?? 0) < ROUNDS);
      if (open.length === 0) break;
      const reserved = await reserveAll(open, account, signal);
      try {
        await batches.send(open.slice(0, reserved?.length));
        for (const id of await batches.fetchOpen()) tries.set(id, (tries.get(id) ?? 0) + 1);
      } finally {
        count();
        for (const one of reserved ?? []) one.settle();
      }
    }
  } catch (error) {
    if (error instanceof WovError || signal?.aborted) throw error;
    throw new WovError(`${endpoint.baseURL}: ${toFailure(error, endpoint).message}`, 1, { cause: error });
  }
  const left = batches.missing();
  if (left.length > 0)
    throw new WovError(
      `${left.length} of ${requests.length} requests got no reply in ${ROUNDS} batches (${join(run.folder, "errors.jsonl")}), ` +
        `the first: ${left[0]!.custom_id}. Run it again to ask only these`,
    );
  return outcomeOf(run, budget);
}

/** Reserves what the first requests may cost, for as many as there is room. @throws WovError where there is room for none */
async function reserveAll(
  requests: readonly Request[],
  account: Account | undefined,
  signal: AbortSignal | undefined,
): Promise<Reservation[] | undefined> {
  if (!account) return undefined;
  const reserved = [await account.reserve(estimateTokens(requests[0]!), signal)];
  for (const request of requests.slice(1)) {
    const one = account.tryReserve(estimateTokens(request));
    if (!one) break;
    reserved.push(one);
  }
  return reserved;
}
