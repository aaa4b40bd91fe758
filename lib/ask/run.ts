import { join } from "node:path";
import { groupBy } from "../count";
import { WovError } from "../errors";
import { appendRecords, canonicalJson, type Outcome, type Run } from "../store/index";
import { type Connection, hostOf } from "./endpoint";
import { askLive } from "./live";
import { FREE } from "./price";
import { countReplies, failureLine, paidTokens, tokensOf } from "./reply";
import type { Request } from "./request";

/** Requests whose replies become a run's records. */
export interface RunOptions extends Connection {
  root: string;
  run: Run;
  requests: readonly Request[];
}

/**
 * Asks what is missing of a run. Replies are recorded as they come, so that nothing paid for is lost. A request that
 * the endpoint refuses for good becomes a record without a response; what failed otherwise is noted in
 * `errors.jsonl`, and the next call asks it again. Of requests that are equal and decoded greedily one is sent, and
 * all of them get its reply.
 *
 * @throws WovError where requests are left without a reply; the run then is incomplete
 */
export async function askRun(options: RunOptions): Promise<Outcome> {
  const { root, run, requests, endpoint, budget, signal, onProgress } = options;
  run.begin();
  const account = budget?.account(run.id, endpoint.price ?? FREE);
  const before = run.records<{ custom_id: string; response: unknown }>();
  account?.restore(paidTokens(before, requests));
  const recorded = new Set(before.map(({ custom_id }) => custom_id));
  const missing = requests.filter(({ custom_id }) => !recorded.has(custom_id));
  const groups = groupEqual(missing);
  let done = requests.length - missing.length;
  const failures: string[] = [];
  const record = (line: { custom_id: string }) => {
    const ids = groups.get(line.custom_id)!.map(({ custom_id }) => custom_id);
    run.append(ids.map((id) => (id === line.custom_id ? line : { ...line, custom_id: id, shared: line.custom_id })));
    done += ids.length;
    onProgress?.(done, requests.length);
  };
  await askLive({
    root,
    endpoint,
    signal,
    account,
    requests: [...groups.values()].map(([first]) => first!),
    answered: before.some(({ response }) => response !== null),
    onReply: (reply) => record(reply as { custom_id: string }),
    onFailure: ({ custom_id }, failure) => {
      if (failure.refused) return record(failureLine(custom_id, failure));
      failures.push(`${custom_id}: ${failure.message}`);
      noteErrors(options, [failureLine(custom_id, failure)]);
    },
  });
  if (failures.length > 0) throw unanswered(options, failures.length, failures[0]!);
  return outcomeOf(options);
}

/** What a run of replies is complete with, and what was sent for it: the fields that its requests have in common. */
export function outcomeOf({ run, requests, endpoint, budget }: RunOptions): Outcome {
  const records = run.records();
  const { messages: _, ...decoding } = requests[0]?.body ?? { messages: [] };
  const common = Object.entries(decoding).filter(([field, value]) =>
    requests.every(({ body }) => body[field as keyof typeof body] === value),
  );
  return {
    counts: { ...countReplies(records) },
    tokens: tokensOf(records),
    costUsd: budget?.account(run.id, endpoint.price ?? FREE).spentUsd ?? 0,
    settings: {
      endpoint: hostOf(endpoint.baseURL),
      ...Object.fromEntries(common),
      ...(endpoint.extra && { extra: endpoint.extra }),
    },
  };
}

/** Adds lines to a run's `errors.jsonl`: requests that got no reply, and will be asked again. */
export const noteErrors = ({ root, run }: RunOptions, lines: readonly unknown[]): void =>
  appendRecords(join(root, run.path("errors.jsonl")), lines);

export const unanswered = ({ run, requests }: RunOptions, left: number, first: string): WovError =>
  new WovError(
    `${left} of ${requests.length} requests got no reply (${join(run.folder, "errors.jsonl")}), the first: ${first}. ` +
      "Run it again to ask only these",
  );

/** Requests that share one reply, by the id of the one that is sent. Sampled replies are never shared. */
export function groupEqual(requests: readonly Request[]): Map<string, Request[]> {
  const keyOf = ({ custom_id, body }: Request) => (body.temperature === 0 ? canonicalJson(body) : custom_id);
  return new Map([...groupBy(requests, keyOf).values()].map((equal) => [equal[0]!.custom_id, equal]));
}
