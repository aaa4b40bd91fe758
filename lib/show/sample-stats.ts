import { listCounts } from "../count";
import { isChecked, type Results, type SourceReport } from "../study/index";
import type { Figure } from "./figure";
import type { Table } from "./table";

/** Statistics of each source's samples, side by side. */
export function sampleStatsTable({ sources, evidence }: Results): Table {
  const rows = [
    ["Samples", ({ counts }) => String(counts.kept)],
    ["Words per situation (quartiles)", ({ stats: { words } }) => `${words.low}, ${words.median}, ${words.high}`],
    ["Options per question", ({ stats }) => listInParentheses(stats.options)],
    ["Distinct questions", ({ stats }) => String(stats.questions)],
    ["What questions ask for", ({ stats }) => listInParentheses(stats.questionTypes)],
    ["Distinct words / all words", ({ stats }) => stats.distinct.words.toFixed(3)],
    ["Distinct word pairs / all words", ({ stats }) => stats.distinct.pairs.toFixed(3)],
    ["Similarity to the most similar other sample", ({ stats }) => stats.selfSimilarity.toFixed(2)],
    [
      "Most common first words",
      ({ stats }) =>
        stats.commonPrefixes
          .slice(0, 3)
          .map(({ text, samples }) => `${text} … (${samples})`)
          .join("; "),
    ],
    ["Right letters as written", ({ letters }) => listCounts(letters.written)],
    ["Right letters after balancing", ({ letters }) => listCounts(letters.balanced)],
  ] satisfies [string, (source: SourceReport) => string][];
  return {
    name: "sample-stats",
    title: "What the training text looks like",
    note: `Similarity: Jaccard similarity of word triples, mean over a random draw of samples. ${evidence}`,
    columns: [{ key: "what", label: "" }, ...sources.map(({ source, label }) => ({ key: source, label }))],
    rows: rows.map(([what, cell]) => ({
      what,
      ...Object.fromEntries(sources.map((one) => [one.source, cell(one)])),
    })),
  };
}

/** "5 (2185), 4 (12)": numbers and phrases need a sign between them and their counts. */
const listInParentheses = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${name} (${n})`)
    .join(", ");

/** How often each letter is the right one, as the source wrote it and after balancing. */
export const lettersFigure = ({ sources, evidence }: Results): Figure => ({
  name: "letters",
  title: "Does the position of the right option give it away? Right letters before and after balancing",
  note: evidence,
  kind: "bars",
  x: "right letter",
  y: "samples, %",
  yMax: 40,
  panels: sources.map(({ label, letters, counts }) => ({
    title: label,
    series: (["written", "balanced"] as const).map((name) => ({
      name: name === "written" ? "as written" : "balanced",
      points: Object.entries(letters[name]).map(([x, n]) => ({ x, y: (100 * n) / counts.kept! })),
    })),
  })),
});

/** What the samples are about, by keyword. */
export const themesFigure = ({ sources, evidence }: Results): Figure => ({
  name: "themes",
  title: "What are the situations about?",
  note: `By keyword; a sample may have several themes. ${evidence}`,
  kind: "bars",
  x: "theme",
  y: "samples, %",
  panels: [
    {
      title: "",
      series: sources.map(({ label, stats, counts }) => ({
        name: label,
        points: Object.entries(stats.themes).map(([x, n]) => ({ x, y: (100 * n) / counts.kept! })),
      })),
    },
  ],
});

/** Whether a source is exhausted: the share of samples that repeat another one, as calls grow. */
export const repeatsFigure = ({ sources, evidence }: Results): Figure => ({
  name: "repeats",
  title: "Is a source exhausted? Samples that repeat another one, as the set grows",
  note: evidence,
  kind: "lines",
  x: "calls",
  y: "repeats, % of all samples so far",
  panels: [
    {
      title: "",
      series: sources
        .filter((one) => !isChecked(one))
        .map(({ label, stats }) => ({
          name: label,
          points: stats.repeats.map(({ calls, percent }) => ({ x: calls, y: percent })),
        })),
    },
  ],
});
