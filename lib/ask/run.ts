import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { WovError } from "../errors";
import { canonicalJson, type Outcome, type Run } from "../store/index";
import { countSpent } from "./budget";
import { askLive, type LiveAsking } from "./live";
import { tokensOf } from "./reply";
import type { Request } from "./request";

/** Asking that leaves a run. */
export interface RunAsking extends Omit<LiveAsking, "onReply" | "onFailure"> {
  run: Run;
  onProgress?(done: number, total: number): void;
}

/**
 * Asks what is missing of a run, and tells what it is complete with. Replies are appended as they come, so that nothing
 * paid for is lost; requests that failed for good are noted in `errors.jsonl`, and the next call asks them again. Of requests
 * that are equal and decoded greedily one is sent, and all of them get its reply.
 *
 * @throws WovError where requests are left without a reply; the run then is incomplete
 */
export async function askRun({ run, onProgress, ...asking }: RunAsking): Promise<Outcome> {
  const { requests, root, budget } = asking;
  run.begin();
  const before = run.records<{ custom_id: string; shared?: string }>();
  const answered = new Set(before.map(({ custom_id }) => custom_id));
  countSpent(budget, requests, before);
  const twins = groupEqual(requests.filter(({ custom_id }) => !answered.has(custom_id)));
  const idsOf = new Map([...twins].map(([request, ids]) => [request.custom_id, ids]));
  let done = requests.length - [...twins.values()].flat().length;
  const failures: string[] = [];
  await askLive({
    ...asking,
    requests: [...twins.keys()],
    onReply: (reply) => {
      const { custom_id } = reply as { custom_id: string };
      const same = idsOf.get(custom_id)!;
      run.append(
        same.map((id) => ({ ...(reply as object), custom_id: id, ...(id !== custom_id && { shared: custom_id }) })),
      );
      done += same.length;
      onProgress?.(done, requests.length);
    },
    onFailure: ({ custom_id }, failure) => {
      failures.push(`${custom_id}: ${failure.message}`);
      const line = { custom_id, response: null, error: { code: failure.status, message: failure.message } };
      appendFileSync(join(root, run.path("errors.jsonl")), `${JSON.stringify(line)}\n`);
    },
  });
  if (failures.length > 0)
    throw new WovError(
      `${failures.length} of ${requests.length} requests got no reply (${join(run.folder, "errors.jsonl")}), the first: ` +
        `${failures[0]}. Run it again to ask only these`,
    );
  const records = run.records();
  return { counts: { replies: records.length }, tokens: tokensOf(records), costUsd: budget?.spentUsd ?? 0 };
}

/** Requests to send, and the ids that share the reply of each. Sampled replies are never shared. */
function groupEqual(requests: readonly Request[]): Map<Request, string[]> {
  const first = new Map<string, Request>();
  const groups = new Map<Request, string[]>();
  for (const request of requests) {
    const key = request.body.temperature === 0 ? canonicalJson(request.body) : request.custom_id;
    const twin = first.get(key) ?? request;
    first.set(key, twin);
    groups.set(twin, [...(groups.get(twin) ?? []), request.custom_id]);
  }
  return groups;
}
