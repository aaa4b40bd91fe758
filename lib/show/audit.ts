import { type AuditSummary, type FaultKind, faultKinds } from "../benchmark/index";
import { listCounts } from "../count";
import type { Table } from "./table";

const MAX_SHOWN = 5;

/** The faults of a benchmark by kind, and how the kit repairs them. */
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
    note: `${letters("Right letters in the file", goldLetters, items)} ${letters("As the kit reads them", goldLettersRead, items)}`,
    columns: [
      { key: "kind", label: "Fault" },
      { key: "what", label: "What it is" },
      { key: "count", label: "Items", numeric: true },
      { key: "examples", label: "Index" },
      { key: "read", label: "Repair (of the first)" },
    ],
    rows,
  };
}

function letters(what: string, counts: Record<string, number>, items: number): string {
  const stated = Object.entries(counts).filter(([letter]) => letter !== "null");
  const [most, n] = stated.sort(([, a], [, b]) => b - a)[0]!;
  return `${what}: ${listCounts(counts)}; always answering ${most} scores ${((100 * n) / items).toFixed(1)} %.`;
}
