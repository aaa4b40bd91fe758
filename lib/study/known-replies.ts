import { join } from "node:path";
import type { Request } from "../ask/index";
import { hashOf, listRuns, type Run, readRecords } from "../store/index";

/**
 * Copies replies that the same backend has given to equal requests in other runs, complete or not, so that only new
 * requests are paid for when a set of items or samples changes. Sampled requests are equal only if their ids are equal
 * too.
 */
export function copyKnownReplies(root: string, run: Run, requests: readonly Request[]): void {
  const answered = new Set(run.records<{ custom_id: string }>().map(({ custom_id }) => custom_id));
  const wanted = new Map<string, string[]>();
  for (const request of requests)
    if (!answered.has(request.custom_id))
      wanted.set(keyOf(request), [...(wanted.get(keyOf(request)) ?? []), request.custom_id]);
  if (wanted.size === 0) return;
  const backend = backendOf(run.spec.spec);
  for (const other of listRuns(root)) {
    if (other.spec.step !== "ask" || other.id === run.id || backendOf(other.spec.spec) !== backend) continue;
    const found = repliesIn(join(root, other.folder), wanted);
    run.append(found);
    if (wanted.size === 0) return;
  }
}

const backendOf = (spec: unknown) => hashOf((spec as { backend?: unknown })?.backend ?? null);

/** Requests with the same key are equal. */
const keyOf = ({ custom_id, body }: Request) => hashOf(body.temperature === 0 ? body : [custom_id, body]);

/** Replies to wanted requests in a run's folder, under the wanted ids. Requests that are found leave `wanted`. */
function repliesIn(folder: string, wanted: Map<string, string[]>): object[] {
  const asked = readRecords(join(folder, "requests.jsonl")) as Request[];
  const keys = new Map(asked.map((request) => [request.custom_id, keyOf(request)]));
  const records = readRecords(join(folder, "records.jsonl")) as { custom_id: string; response: unknown }[];
  return records.flatMap((record) => {
    const key = keys.get(record.custom_id);
    const ids = key === undefined || record.response === null ? undefined : wanted.get(key);
    if (!ids) return [];
    wanted.delete(key!);
    return ids.map((id) => ({ ...record, custom_id: id, shared: record.custom_id }));
  });
}
