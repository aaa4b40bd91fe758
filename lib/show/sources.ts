import type { Results, SourceReport } from "../study/index";
import { QUESTIONS_PER_CALL } from "../synthesis/index";
import type { Table } from "./table";

/** Counts by source: calls, samples, rejections by reason. */
export function sourcesTable({ sources, evidence }: Results): Table {
  const counted = [...new Set(sources.flatMap(({ counts }) => Object.keys(counts)))].filter((key) => key !== "kept");
  const bySource = (cell: (report: SourceReport) => string | number) =>
    Object.fromEntries(sources.map((report) => [report.source, cell(report)]));
  return {
    name: "sources",
    title: "What each source generated, and what was kept",
    note: `Each call asks for ${QUESTIONS_PER_CALL} samples. Rejected samples are counted by reason. What a job on the runtime generates costs its time only. ${evidence}`,
    columns: [
      { key: "count", label: "" },
      ...sources.map(({ source, label }) => ({ key: source, label, numeric: true })),
    ],
    rows: [
      ...[...counted, "kept"].map((count) => ({ count, ...bySource(({ counts }) => counts[count] ?? 0) })),
      {
        count: "kept, % of those asked for",
        ...bySource(({ counts: { kept, calls } }) =>
          calls ? ((100 * kept!) / (QUESTIONS_PER_CALL * calls)).toFixed(1) : "",
        ),
      },
      { count: "cost, USD", ...bySource(({ costUsd }) => costUsd.toFixed(2)) },
    ],
  };
}
