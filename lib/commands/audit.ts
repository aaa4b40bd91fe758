import type { Command } from "commander";
import {
  type AuditedBenchmark,
  auditBenchmark,
  clustersOf,
  type FaultKind,
  faultKinds,
  type Item,
} from "../benchmark/index";
import { toMarkdown } from "../show/index";

/** `wov audit`: what is wrong with a benchmark file, and how the kit reads it all the same. */
export function addAudit(program: Command): void {
  program
    .command("audit <file>")
    .description("what is wrong with a benchmark file, and how it is read all the same")
    .option("--json", "print it as JSON")
    .action((file: string, { json }: { json?: boolean }) => {
      const audit = summarize(auditBenchmark(file));
      process.stdout.write(json ? `${JSON.stringify(audit, null, 1)}\n` : forPeople(file, audit));
    });
}

function summarize({ items, faults }: AuditedBenchmark) {
  const kinds = Object.keys(faultKinds) as FaultKind[];
  const ofKind = (kind: FaultKind) => faults.filter((fault) => fault.kind === kind);
  const mended = new Set(ofKind("null-answer").map(({ index }) => index));
  return {
    items: items.length,
    faults,
    counts: Object.fromEntries(kinds.map((kind) => [kind, ofKind(kind).length])),
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

const SHOWN = 5;

function forPeople(file: string, audit: ReturnType<typeof summarize>): string {
  const { items, faults, counts, goldLetters, goldLettersRead, clusters } = audit;
  const rows = Object.entries(counts).map(([kind, count]) => {
    const some = faults.filter((fault) => fault.kind === kind);
    const where = some.slice(0, SHOWN).map(({ index }) => index);
    const examples = `${where.join(", ")}${some.length > SHOWN ? ", …" : ""}`;
    return { kind, what: faultKinds[kind as FaultKind], count, examples, read: some[0]?.repaired ?? "" };
  });
  const table = toMarkdown({
    name: "audit",
    title: `${file}: ${items} items, ${clusters} different questions`,
    note: "Every single one is listed by --json.",
    columns: [
      { key: "kind", label: "Fault" },
      { key: "what", label: "What it is" },
      { key: "count", label: "Items", numeric: true },
      { key: "examples", label: "Index" },
      { key: "read", label: "How it is read (the first)" },
    ],
    rows,
  });
  const [most] = Object.entries(goldLettersRead).sort(([, a], [, b]) => b - a)[0]!;
  const share = (letters: Record<string, number>) => `${((100 * (letters[most] ?? 0)) / items).toFixed(1)} %`;
  const list = (letters: Record<string, number>) =>
    Object.entries(letters)
      .map(([letter, n]) => `${letter} ${n}`)
      .join(", ");
  return (
    `${table}\nRight letters as the file states them: ${list(goldLetters)}; always saying ${most} scores ${share(goldLetters)}.\n` +
    `As they are read: ${list(goldLettersRead)}; always ${most}: ${share(goldLettersRead)}.\n`
  );
}
