import { isChecked, type Results, type Share, type SourceReport } from "../study/index";
import { QUESTIONS_PER_CALL } from "../synthesis/index";
import { NOT_THERE, type Table } from "./table";

/** Counts by source: calls, samples, rejections by reason. */
export function sourcesTable({ sources, evidence }: Results): Table {
  const counted = [...new Set(sources.flatMap(({ counts }) => Object.keys(counts)))].filter((key) => key !== "kept");
  const bySource = (cell: (report: SourceReport) => string | number) =>
    Object.fromEntries(sources.map((report) => [report.source, cell(report)]));
  const shareRow = (count: string, share: (report: SourceReport) => Share | undefined) =>
    sources.some(share)
      ? [
          {
            count,
            ...bySource((report) => {
              const { samples, holds } = share(report) ?? { samples: 0, holds: 0 };
              return samples > 0 ? ((100 * holds) / samples).toFixed(1) : NOT_THERE;
            }),
          },
        ]
      : [];
  return {
    name: "sources",
    title: "What each source generated, and what was kept",
    note: `Each call asks for ${QUESTIONS_PER_CALL} samples. Rejected samples are counted by reason. What a job on the runtime generates costs its time only. ${evidence}`,
    columns: [
      { key: "count", label: "" },
      ...sources.map(({ source, label }) => ({ key: source, label, numeric: true })),
    ],
    rows: [
      ...[...counted, "kept"].map((count) => ({ count, ...bySource((report) => countOf(report, count)) })),
      {
        count: "kept, % of those asked for",
        ...bySource(({ counts: { kept, calls } }) =>
          calls ? ((100 * kept!) / (QUESTIONS_PER_CALL * calls)).toFixed(1) : "",
        ),
      },
      ...shareRow("answers given again when asked again, %", (report) => report.agreement),
      ...shareRow("answers right by the world's rules, %", (report) => report.labels),
      { count: "cost, USD", ...bySource(({ costUsd }) => costUsd.toFixed(2)) },
    ],
  };
}

/** What is counted when a source's own text is checked; other sources have other counts. */
const CHECK_COUNTS = ["checked", "answer not confirmed", "no majority"];

/** A count of a source: empty if it is about another kind of source. */
const countOf = (report: SourceReport, count: string): number | "" =>
  report.counts[count] ?? (isChecked(report) === CHECK_COUNTS.includes(count) ? 0 : "");
