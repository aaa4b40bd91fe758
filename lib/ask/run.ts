import { join } from "node:path";
import { groupBy } from "../count";
import { WovError } from "../errors";
import { canonicalJson, type Outcome, type Run } from "../store/index";
import { createAdaptation, readLearned } from "./adapt";
import { type Connection, hostOf } from "./endpoint";
import { askLive } from "./live";
import { noteFailures, spentTokens } from "./notes";
import { FREE } from "./price";
import { failureLine, manifestCounts, type Reply, tokensOf } from "./reply";
import type { Request } from "./request";
import { reserveDisk } from "./reserve";
import { estimateTokens } from "./tokens";

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
  const { root, run, requests, endpoint, budget, signal, onProgress, onNotice } = options;
  run.begin();
  const account = budget?.account(run.id, endpoint.price ?? FREE);
  const before = run.records<Reply>();
  account?.restore(spentTokens(root, run, requests));
  const recorded = new Set(before.map(({ custom_id }) => custom_id));
  const missing = requests.filter(({ custom_id }) => !recorded.has(custom_id));
  const groups = groupEqual(missing);
  const room = reserveDisk(root, run, missing, endpoint.concurrency);
  let done = requests.length - missing.length;
  const failures: string[] = [];
  const record = (line: Reply) => {
    const ids = groups.get(line.custom_id)!.map(({ custom_id }) => custom_id);
    const lines = ids.map((id) => (id === line.custom_id ? line : { ...line, custom_id: id, shared: line.custom_id }));
    room.write(() => run.append(lines));
    done += ids.length;
    onProgress?.(done, requests.length);
  };
  try {
    await askLive({
      root,
      endpoint,
      signal,
      account,
      requests: [...groups.values()].map(([first]) => first!),
      answered: before.some(({ response }) => response !== null),
      adaptation: createAdaptation(join(root, run.path(LEARNED)), onNotice),
      onNotice,
      onReply: record,
      onFailure: (request, failure) => {
        const line = failureLine(request.custom_id, failure);
        if (failure.refused) return record(line);
        failures.push(`${request.custom_id}: ${failure.message}`);
        noteFailures(root, run, [line]);
      },
      onWaste: (request, failure) =>
        room.write(() =>
          noteFailures(root, run, [{ ...failureLine(request.custom_id, failure), charged: estimateTokens(request) }]),
        ),
    });
  } finally {
    room.release();
  }
  if (failures.length > 0) throw unanswered(options, failures.length, failures[0]!);
  return outcomeOf(options);
}

/** The file of a run with what was learned of the fields that its model refuses. */
export const LEARNED = "learned.json";

/** What a run of replies is complete with, and what was sent for it: the fields that its requests have in common. */
export function outcomeOf({ root, run, requests, endpoint, budget }: RunOptions): Outcome {
  const records = run.records();
  const { messages: _, ...decoding } = requests[0]?.body ?? { messages: [] };
  const common = Object.entries(decoding).filter(([field, value]) =>
    requests.every(({ body }) => body[field as keyof typeof body] === value),
  );
  const learned = readLearned(join(root, run.path(LEARNED)));
  return {
    counts: manifestCounts(records),
    tokens: tokensOf(records),
    costUsd: budget?.account(run.id, endpoint.price ?? FREE).spentUsd ?? 0,
    settings: {
      endpoint: hostOf(endpoint.baseURL),
      ...Object.fromEntries(common),
      ...(endpoint.extra && { extra: endpoint.extra }),
      ...(Object.keys(learned).length > 0 && { learned }),
    },
  };
}

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
