import { tally } from "../count";
import { clustersOf, type FaultKind, faultKinds } from "./audit";
import type { AuditedBenchmark } from "./load";

/** The faults of a benchmark, listed and counted: what `wov audit --json` prints. */
export type AuditSummary = ReturnType<typeof summarizeAudit>;

/** Counts the faults by kind, the gold letters as stated and as read, and the different questions. */
export function summarizeAudit({ items, faults }: AuditedBenchmark) {
  const kinds = Object.keys(faultKinds) as FaultKind[];
  const ofKind = (kind: FaultKind) => faults.filter((fault) => fault.kind === kind);
  const withoutAnswer = new Set(ofKind("null-answer").map(({ index }) => index));
  return {
    items: items.length,
    faults,
    counts: Object.fromEntries(kinds.map((kind) => [kind, ofKind(kind).length])) as Record<FaultKind, number>,
    /** Indices of the items on which no model can be right. */
    unrepaired: faults.filter(({ repaired }) => repaired === null).map(({ index }) => index),
    /** As the file states them; "null" if it states none. */
    goldLetters: tally(items.map(({ index, gold }) => (withoutAnswer.has(index) ? "null" : gold)).sort()),
    /** As the kit reads them, including those from `action_answer`. */
    goldLettersRead: tally(items.map(({ gold }) => gold).sort()),
    /** Number of different questions: all repeats of a question are one cluster. */
    clusters: new Set(clustersOf(items)).size,
  };
}
