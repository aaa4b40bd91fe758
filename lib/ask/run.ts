import { join } from "node:path";
import { WovError } from "../errors";
import { appendRecords, canonicalJson, dropTornLine, type Outcome, type Run } from "../store/index";
import type { Budget } from "./budget";
import { askLive, type LiveAsking } from "./live";
import { countReplies, failureLine, paidTokens, tokensOf } from "./reply";
import type { Request } from "./request";

/** Requests whose replies become a run's records. */
export interface RunAsking extends Pick<LiveAsking, "root" | "endpoint" | "requests" | "signal"> {
  run: Run;
  budget?: Budget;
  onProgress?(done: number, total: number): void;
}

/**
 * Asks what is missing of a run. Replies are recorded as they come, so that nothing paid for is lost. A request that
 * the endpoint refuses for good becomes a record without a response; what failed otherwise is noted in
 * `errors.jsonl`, and the next call asks it again. Of requests that are equal and decoded greedily one is sent, and
 * all of them get its reply.
 *
 * @throws WovError where requests are left without a reply; the run then is incomplete
 */
export async function askRun({ run, budget, onProgress, ...asking }: RunAsking): Promise<Outcome> {
  const { requests } = asking;
  run.begin();
  const account = budget?.account(run.id);
  const before = run.records<{ custom_id: string; response: unknown }>();
  account?.restore(paidTokens(before, requests));
  const recorded = new Set(before.map(({ custom_id }) => custom_id));
  const groups = groupEqual(requests.filter(({ custom_id }) => !recorded.has(custom_id)));
  const idsOf = new Map([...groups].map(([request, ids]) => [request.custom_id, ids]));
  let done = requests.length - [...groups.values()].flat().length;
  const failures: string[] = [];
  const record = (line: { custom_id: string }) => {
    const ids = idsOf.get(line.custom_id)!;
    run.append(ids.map((id) => (id === line.custom_id ? line : { ...line, custom_id: id, shared: line.custom_id })));
    done += ids.length;
    onProgress?.(done, requests.length);
  };
  await askLive({
    ...asking,
    account,
    requests: [...groups.keys()],
    answered: before.some(({ response }) => response !== null),
    onReply: (reply) => record(reply as { custom_id: string }),
    onRefusal: ({ custom_id }, failure) => record(failureLine(custom_id, failure)),
    onFailure: ({ custom_id }, failure) => {
      failures.push(`${custom_id}: ${failure.message}`);
      noteErrors(asking.root, run, [failureLine(custom_id, failure)]);
    },
  });
  if (failures.length > 0)
    throw new WovError(
      `${failures.length} of ${requests.length} requests got no reply (${join(run.folder, "errors.jsonl")}), the first: ` +
        `${failures[0]}. Run it again to ask only these`,
    );
  return outcomeOf(run, budget);
}

/** What a run of replies is complete with. */
export function outcomeOf(run: Run, budget: Budget | undefined): Outcome {
  const records = run.records();
  const costUsd = budget?.account(run.id).spentUsd ?? 0;
  return { counts: { ...countReplies(records) }, tokens: tokensOf(records), costUsd };
}

/** Adds lines to a run's `errors.jsonl`: requests that got no reply, and will be asked again. */
export function noteErrors(root: string, run: Run, lines: readonly unknown[]): void {
  const file = join(root, run.path("errors.jsonl"));
  dropTornLine(file);
  appendRecords(file, lines);
}

/** Requests to send, and the ids that share the reply of each. Sampled replies are never shared. */
function groupEqual(requests: readonly Request[]): Map<Request, string[]> {
  const first = new Map<string, Request>();
  const groups = new Map<Request, string[]>();
  for (const request of requests) {
    const key = request.body.temperature === 0 ? canonicalJson(request.body) : request.custom_id;
    const twin = first.get(key) ?? request;
    first.set(key, twin);
    const ids = groups.get(twin);
    if (ids) ids.push(request.custom_id);
    else groups.set(twin, [request.custom_id]);
  }
  return groups;
}
