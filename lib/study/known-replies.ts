import { join } from "node:path";
import type { Request } from "../ask/index";
import { groupBy } from "../count";
import { hashOf, listRuns, type Run, readRecords } from "../store/index";

/**
 * Copies replies that the same backend has given to equal requests in other runs, complete or not, so that only new
 * requests are paid for when a set of items or samples changes. Damaged runs are passed over. Sampled requests are equal
 * only if their ids are equal too.
 */
export function copyKnownReplies(root: string, run: Run, requests: readonly Request[]): void {
  const answered = new Set(run.records<{ custom_id: string }>().map(({ custom_id }) => custom_id));
  const wanted = groupBy(
    requests.filter(({ custom_id }) => !answered.has(custom_id)),
    keyOf,
  );
  if (wanted.size === 0) return;
  const backend = backendOf(run.spec.spec);
  for (const other of listRuns(root)) {
    if (other.spec.step !== "ask" || other.id === run.id || other.state === "damaged") continue;
    if (backendOf(other.spec.spec) !== backend) continue;
    const found = repliesIn(join(root, other.folder), wanted);
    run.append(found);
    if (wanted.size === 0) return;
  }
}

const backendOf = (spec: unknown) => hashOf((spec as { backend?: unknown })?.backend ?? null);

/** Requests with the same key are equal. A picture is known by its hash: the same one may lie in another folder now. */
function keyOf({ custom_id, body }: Request): string {
  const asked = JSON.parse(JSON.stringify(body), (key, value) =>
    key === "url" && typeof value === "string" ? value.replace(/^.*(?=#sha256=)/s, "") : value,
  );
  return hashOf(body.temperature === 0 ? asked : [custom_id, asked]);
}

/** Replies to wanted requests in a run's folder, under the wanted ids. Requests that are found leave `wanted`. */
function repliesIn(folder: string, wanted: Map<string, Request[]>): object[] {
  const asked = readRecords(join(folder, "requests.jsonl")) as Request[];
  const keys = new Map(asked.map((request) => [request.custom_id, keyOf(request)]));
  const records = readRecords(join(folder, "records.jsonl")) as { custom_id: string; response: unknown }[];
  return records.flatMap((record) => {
    const key = keys.get(record.custom_id);
    const equal = key === undefined || record.response === null ? undefined : wanted.get(key);
    if (!equal) return [];
    wanted.delete(key!);
    return equal.map(({ custom_id }) => ({ ...record, custom_id, shared: record.custom_id }));
  });
}
