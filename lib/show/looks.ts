import type { Findings } from "../study/index";
import type { Figure } from "./figure";
import type { Table } from "./table";

/** What each source's samples look like, beside each other. */
export function sampleStatsTable(findings: Findings): Table {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, n]) => `${name}: ${n}`)
      .join(", ");
  const rows = [
    ["Samples", (w) => String(w.counts.kept)],
    ["Words a situation (quartiles)", ({ looks: { words } }) => `${words.low}, ${words.median}, ${words.high}`],
    ["Options a question", ({ looks }) => list(looks.options)],
    ["Different questions", ({ looks }) => String(looks.questions)],
    ["What questions ask for", ({ looks }) => list(looks.questionTypes)],
    ["Different words a word", ({ looks }) => looks.distinct.words.toFixed(3)],
    ["Different pairs of words a word", ({ looks }) => looks.distinct.pairs.toFixed(3)],
    ["Similarity to the most similar other one", ({ looks }) => looks.selfSimilarity.toFixed(2)],
    [
      "Most common openings",
      ({ looks }) =>
        looks.commonPrefixes
          .slice(0, 3)
          .map(({ text, samples }) => `${text} … (${samples})`)
          .join("; "),
    ],
    ["Right letters as written", ({ letters }) => list(letters.written)],
    ["Right letters after balancing", ({ letters }) => list(letters.balanced)],
  ] satisfies [string, (written: Findings["written"][number]) => string][];
  return {
    name: "looks",
    title: "What the training text looks like",
    note: `Similarity: Jaccard, of word triples; mean of a seeded handful. ${findings.evidence}`,
    columns: [{ key: "what", label: "" }, ...findings.written.map(({ source, label }) => ({ key: source, label }))],
    rows: rows.map(([what, cell]) => ({
      what,
      ...Object.fromEntries(findings.written.map((written) => [written.source, cell(written)])),
    })),
  };
}

/** How often each letter is the right one: as the source wrote it, and after balancing. */
export const lettersFigure = ({ written, evidence }: Findings): Figure => ({
  name: "letters",
  title: "Is the place of the right option a cue? Right letters before and after balancing",
  note: evidence,
  kind: "bars",
  x: "right letter",
  y: "samples, %",
  most: 40,
  panels: written.map(({ label, letters, counts }) => ({
    title: label,
    series: (["written", "balanced"] as const).map((name) => ({
      name: name === "written" ? "as written" : "balanced",
      points: Object.entries(letters[name]).map(([x, n]) => ({ x, y: (100 * n) / counts.kept! })),
    })),
  })),
});

/** What the samples speak of, by keyword. */
export const themesFigure = ({ written, evidence }: Findings): Figure => ({
  name: "themes",
  title: "What do the situations speak of?",
  note: `Percent of the samples, by keyword; one may speak of several things. ${evidence}`,
  kind: "bars",
  x: "theme",
  y: "samples, %",
  panels: [
    {
      title: "",
      series: written.map(({ label, looks, counts }) => ({
        name: label,
        points: Object.entries(looks.themes).map(([x, n]) => ({ x, y: (100 * n) / counts.kept! })),
      })),
    },
  ],
});

/** Whether a source runs dry: the share of samples that repeat another one, as calls grow. */
export const repeatsFigure = ({ written, evidence }: Findings): Figure => ({
  name: "repeats",
  title: "Does a source run dry? Samples that repeat another one, as the set grows",
  note: evidence,
  kind: "lines",
  x: "calls",
  y: "repeats among all samples so far, %",
  panels: [
    {
      title: "",
      series: written.map(({ label, looks }) => ({
        name: label,
        points: looks.repeats.map(({ calls, percent }) => ({ x: calls, y: percent })),
      })),
    },
  ],
});
