import { type AuditSummary, type FaultKind, faultKinds } from "../benchmark/index";
import { listCounts } from "../count";
import type { Table } from "./table";

const MAX_SHOWN = 5;

/** What is wrong with a benchmark, by kind of fault, and how it is read all the same. */
export function auditTable({ items, faults, counts, goldLetters, goldLettersRead, clusters }: AuditSummary): Table {
  const rows = (Object.entries(counts) as [FaultKind, number][]).map(([kind, count]) => {
    const some = faults.filter((fault) => fault.kind === kind);
    const where = some.slice(0, MAX_SHOWN).map(({ index }) => index);
    const examples = `${where.join(", ")}${some.length > MAX_SHOWN ? ", …" : ""}`;
    return { kind, what: faultKinds[kind], count, examples, read: some[0]?.repaired ?? "" };
  });
  return {
    name: "audit",
    title: `${items} items, ${clusters} different questions`,
    note: `${letters("Right letters as the file states them", goldLetters, items)} ${letters("As they are read", goldLettersRead, items)}`,
    columns: [
      { key: "kind", label: "Fault" },
      { key: "what", label: "What it is" },
      { key: "count", label: "Items", numeric: true },
      { key: "examples", label: "Index" },
      { key: "read", label: "How it is read (the first)" },
    ],
    rows,
  };
}

function letters(what: string, counts: Record<string, number>, items: number): string {
  const stated = Object.entries(counts).filter(([letter]) => letter !== "null");
  const [most, n] = stated.sort(([, a], [, b]) => b - a)[0]!;
  return `${what}: ${listCounts(counts)}; always saying ${most} scores ${((100 * n) / items).toFixed(1)} %.`;
}
