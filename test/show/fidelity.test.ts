import { describe, expect, it } from "vitest";
import { compareWithPaper, loadPaperRows, loadPublished, type PublishedNumber } from "../../lib/published/index";
import { projectRoot } from "../../lib/root";
import { agreementTable, fidelityTable } from "../../lib/show/fidelity";
import { toMarkdown } from "../../lib/show/index";
import { compareUnpaired } from "../../lib/stats/index";
import { captionCell, pictureCell, type Result, type Results } from "../../lib/study/index";
import { makeResults, resultOf, trainedCell } from "./results";

const root = projectRoot();

describe("the choices of the paper", () => {
  const profile = {
    training: { rank: 32, learning_rate: 1e-3, batch: 32 },
    sizes: [500, 1000],
    synthesis: { duplicate: 0.7 },
  };
  const rows = [
    { place: "B.4", says: "Rank.", where: ["a.py", "b.ts"], key: "training.rank", value: 32, departs: "But." },
    { place: "B.4", says: "Rate.", where: ["a.py"], key: "training.learning_rate", value: 2e-5 },
    { place: "§4.1", says: "Sizes.", where: ["a.ts"], key: "sizes", value: [10_000, 20_000] },
    { place: "B.3", says: "GPT.", where: ["a.ts"], key: "sources.gpt-4o.model", value: "gpt-4o" },
    {
      place: "B.4",
      says: "No batch.",
      where: ["a.py"],
      key: "training.batch",
      value: 32,
      unstated: true as const,
      source: "the scripts",
    },
    {
      place: "§3.1",
      says: "No threshold.",
      where: ["a.ts"],
      key: "synthesis.duplicate",
      unstated: true as const,
      source: "this kit",
      departs: "Since.",
    },
    { place: "§3", says: "Text.", where: ["a.ts"] },
    { place: "§2", says: "Pictures.", where: ["a.ts"], departs: "Links rot." },
  ];
  const table = fidelityTable(compareWithPaper(rows, profile));

  it("stand beside what the study does", () => {
    expect(table.rows.map(({ ours }) => ours)).toEqual([
      "32: as in the paper",
      "0.001: differs from 0.00002",
      "500, 1000: differs from 10000, 20000",
      "not set, in place of gpt-4o",
      "32: as in the source",
      "0.7: not stated by the paper",
      "done in the kit",
      "departs",
    ]);
    expect(table.rows[0]).toMatchObject({ place: "B.4", paper: "Rank.", where: "a.py, b.ts", departs: "But." });
    expect(table.rows[4]).toMatchObject({ departs: "Source: the scripts." });
    expect(table.rows[5]).toMatchObject({ departs: "Source: this kit. Since." });
  });

  it("are counted", () =>
    expect(table.note).toContain(
      "Of 5 values that the paper or the authors' scripts give: 1 as in the paper, 1 as in the scripts, 2 different, 1 not set.",
    ));

  it("are all shown, those of the kit's own file too", () => {
    const all = loadPaperRows(root);
    const { rows: shown, columns } = fidelityTable(compareWithPaper(all, profile));
    expect(shown).toHaveLength(all.length);
    for (const row of shown) expect(Object.keys(row)).toEqual(columns.map(({ key }) => key));
    expect(toMarkdown(fidelityTable(compareWithPaper(all, profile)))).not.toContain("undefined");
  });
});

const ITEMS = 1240;
const published = loadPublished(root);

/** A result of `correct` of 1,240 items, or of fewer. */
const scored = (cell: Result["cell"], correct: number, items = ITEMS): Result => ({
  ...resultOf(cell, 0, []),
  correct,
  items,
});

function study(found: Result[], seeds = [7]): Results {
  return {
    ...makeResults({ found, seeds }),
    published: {
      models: { llm: "Llama-3.1", vlm: "Mllama" },
      sources: { teacher: "GPT-4o", llm: "Llama (8B)" },
    },
  };
}

const rowOf = (results: Results, place: string, model: string, source = "", size = "") =>
  agreementTable(results, published).rows.find(
    (row) => row.place === place && row.model === model && row.source === source && row.size === size,
  )!;

describe("the paper's numbers beside this study's", () => {
  it("are all of Tables 1 and 2, whatever the study has", () => {
    const table = agreementTable(study([]), published);
    expect(table.rows.map(({ place }) => place)).toEqual([
      ...Array<string>(5).fill("Table 1"),
      ...Array<string>(18).fill("Table 2"),
    ]);
    for (const row of table.rows) expect(row).toMatchObject({ ours: "–", items: "–", verdict: "–" });
  });

  it("agree if the interval of the difference contains 0", () => {
    const row = rowOf(study([scored(pictureCell("vlm"), 950)]), "Table 1", "Mllama");
    const { low, high } = compareUnpaired(938, 950, ITEMS);
    expect(row).toEqual({
      place: "Table 1",
      model: "Mllama",
      source: "",
      size: "",
      paper: "75.65",
      ours: "76.61",
      interval: "74.2–78.9",
      items: ITEMS,
      seeds: "",
      difference: "+1.0",
      differenceInterval: `−${Math.abs(100 * low).toFixed(1)} to +${(100 * high).toFixed(1)}`,
      verdict: "agrees",
    });
  });

  it("differ if it does not, in either direction", () => {
    const of = (correct: number) => rowOf(study([scored(captionCell("llm"), correct)]), "Table 1", "Llama-3.1").verdict;
    expect([of(930), of(950), of(981), of(1010), of(1030)]).toEqual([
      "differs",
      "agrees",
      "agrees",
      "agrees",
      "differs",
    ]);
  });

  it("need a larger difference if the study has fewer items", () => {
    const of = (items: number) =>
      rowOf(study([scored(captionCell("llm"), 0.73 * items, items)]), "Table 1", "Llama-3.1");
    expect([of(1200), of(100)].map(({ verdict }) => verdict)).toEqual(["differs", "agrees"]);
    expect(of(100)).toMatchObject({ items: 100, ours: "73.00", difference: "−6.1" });
  });

  it("are for exactly the source and the size", () => {
    const results = study([
      scored(trainedCell("vlm", "teacher", 10_000), 958),
      scored(trainedCell("vlm", "llm", 20_000), 979),
      scored(trainedCell("vlm", "teacher", 9_999), 1),
      scored({ ...trainedCell("vlm", "teacher", 10_000), variant: "shuffled-picture" }, 300),
    ]);
    const ours = (source: string, size: string) => rowOf(results, "Table 2", "Mllama", source, size).ours;
    expect(ours("GPT-4o", "10,000")).toBe("77.26");
    expect(ours("GPT-4o", "20,000")).toBe("–");
    expect(ours("Llama (8B)", "10,000")).toBe("–");
    expect(ours("Llama (8B)", "20,000")).toBe("78.95");
    expect(rowOf(results, "Table 2", "Qwen2-VL", "GPT-4o", "10,000").ours).toBe("–");
  });

  it("stand beside the mean over seeds, as far as they are there", () => {
    const cell = (seed: number) => trainedCell("vlm", "teacher", 30_000, seed);
    const results = study([scored(cell(1), 960), scored(cell(2), 1000)], [1, 2, 3]);
    const row = rowOf(results, "Table 2", "Mllama", "GPT-4o", "30,000");
    expect(row).toMatchObject({ paper: "79.60", ours: "79.03", items: ITEMS, seeds: 2, verdict: "agrees" });
    expect(agreementTable(results, published).note).toContain("the mean over the seeds found");
    expect(agreementTable(study([]), published).note).not.toContain("seeds");
  });

  it("take a study that has every item right", () => {
    const cells = [1, 2, 3].map((seed) => scored(trainedCell("vlm", "teacher", 30_000, seed), ITEMS));
    const row = rowOf(study(cells, [1, 2, 3]), "Table 2", "Mllama", "GPT-4o", "30,000");
    expect(row).toMatchObject({ ours: "100.00", verdict: "differs" });
  });

  it("are Newcombe's intervals", () => {
    // Newcombe (1998), Table II, example (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    const number: PublishedNumber = { place: "Table 1", model: "Mllama", accuracy: 60, correct: 48 };
    const results = study([scored(pictureCell("vlm"), 56, 70)]);
    const [row] = agreementTable(results, { items: 80, numbers: [number] }).rows;
    expect(row).toMatchObject({ difference: "+20.0", differenceInterval: "+5.2 to +33.4", verdict: "differs" });
  });

  it("are not shown for a profile whose models are not the paper's", () => {
    const table = agreementTable({ ...makeResults(), published: { models: {}, sources: {} } }, published);
    expect(table.rows).toEqual([]);
    expect(table.note).toMatch(/Nothing to compare: the profile 'made-up' does not say which/);
  });
});
