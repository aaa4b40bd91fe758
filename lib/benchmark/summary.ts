import { clustersOf, type FaultKind, faultKinds } from "./audit";
import type { Item } from "./item";
import type { AuditedBenchmark } from "./load";

/** What is wrong with a benchmark, in counts: what `wov audit --json` prints. */
export type AuditSummary = ReturnType<typeof summarizeAudit>;

/** Counts the faults by kind, the right letters as stated and as read, and the different questions. */
export function summarizeAudit({ items, faults }: AuditedBenchmark) {
  const kinds = Object.keys(faultKinds) as FaultKind[];
  const ofKind = (kind: FaultKind) => faults.filter((fault) => fault.kind === kind);
  const mended = new Set(ofKind("null-answer").map(({ index }) => index));
  return {
    items: items.length,
    faults,
    counts: Object.fromEntries(kinds.map((kind) => [kind, ofKind(kind).length])) as Record<FaultKind, number>,
    /** As the file states them; "null" where it states none. */
    goldLetters: countBy(items, ({ index, gold }) => (mended.has(index) ? "null" : gold)),
    /** As the kit reads them, with those that the file states elsewhere. */
    goldLettersRead: countBy(items, ({ gold }) => gold),
    /** Different questions: repeats of one are one cluster. */
    clusters: new Set(clustersOf(items)).size,
  };
}

function countBy(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const keys = [...new Set(items.map(key))].sort();
  return Object.fromEntries(keys.map((name) => [name, items.filter((item) => key(item) === name).length]));
}
