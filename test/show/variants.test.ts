import { describe, expect, it } from "vitest";
import type { Item } from "../../lib/benchmark/index";
import { goldText, noPictureText, variantsTable } from "../../lib/show/index";
import { type Cell, captionCell, pictureCell, type Result } from "../../lib/study/index";
import { makeResults, trainedCell } from "./results";

/** Half of them have A, and half B, as the right one of two options. */
const items = Array.from(
  { length: 40 },
  (_, i): Item => ({
    index: i + 1,
    image: "",
    gold: i % 2 === 0 ? "A" : "B",
    category: "",
    situation: `Situation ${i}`,
    options: ["A", "B"].map((letter) => ({ letter, text: letter })),
  }),
);

/** A result as if the first `correct` items were right. */
const right = (cell: Cell, correct: number): Result => ({
  cell,
  run: "ask/x",
  letters: new Map(items.map(({ index, gold }, i) => [index, i < correct ? gold : gold === "A" ? "B" : "A"])),
  items: items.length,
  correct,
  unparsed: 0,
});
const [llm, vlm, trained] = [captionCell("llm"), pictureCell("vlm"), trainedCell("vlm", "teacher", 10)];
const found = [
  right(llm, 30),
  right(vlm, 22),
  right(trained, 32),
  right(trainedCell("other-vlm", "teacher", 10), 30),
  right({ ...vlm, variant: "no-picture" }, 20),
  right({ ...trained, variant: "no-picture" }, 36),
  right({ ...vlm, variant: "shuffled-picture" }, 10),
  right({ ...llm, variant: "gold-situation" }, 30),
  right({ ...vlm, variant: "gold-situation" }, 40),
  right({ ...trained, variant: "gold-situation" }, 33),
];
const results = makeResults({ items, found });

describe("the table of other inputs", () => {
  it("compares each model with itself on its usual input", () => {
    const { rows, columns, note } = variantsTable(results);
    expect(columns.map(({ label }) => label).slice(2)).toEqual([
      "Usual",
      "No picture",
      "Another item's picture",
      "The benchmark's sentence",
    ]);
    // Six comparisons. p before Holm: 2 × (1/2)^18 for 18 gained, and 2 × (1/2)^12 for 12 lost, which are below 0.01.
    expect(rows).toEqual([
      {
        model: "LLM",
        state: "before",
        plain: "75.00",
        "no-picture": "",
        "shuffled-picture": "",
        "gold-situation": "75.00 (+0.0)",
      },
      {
        model: "VLM",
        state: "before",
        plain: "55.00",
        "no-picture": "50.00 (−5.0)",
        "shuffled-picture": "25.00 (−30.0*)",
        "gold-situation": "100.00 (+45.0*)",
      },
      {
        model: "VLM",
        state: "after 10 samples from Teacher",
        plain: "80.00",
        "no-picture": "90.00 (+10.0)",
        "shuffled-picture": "",
        "gold-situation": "82.50 (+2.5)",
      },
    ]);
    expect(note).toContain("Holm's correction over the 6 comparisons");
    expect(note).toContain("Compared on the 40 items that both saw. Guessing gives 50.0 %");
  });

  it("shows a dash for what is not there yet", () => {
    const cells = found.map(({ cell }) => cell);
    const [row] = variantsTable(makeResults({ items, cells, found: [right(llm, 30)] })).rows;
    expect(row).toMatchObject({ plain: "75.00", "gold-situation": "–", "no-picture": "" });
  });

  it("takes the first seed for all", () => {
    const cells = [7, 8].map((seed) => trainedCell("vlm", "teacher", 10, seed));
    const shuffled = cells.map((cell): Cell => ({ ...cell, variant: "shuffled-picture" }));
    const made = makeResults({ items, seeds: [7, 8], found: [...cells, ...shuffled].map((cell) => right(cell, 9)) });
    expect(variantsTable(made).rows).toHaveLength(1);
  });
});

it("the text about missing pictures says what the options alone give, and how much of the gain is there without", () => {
  // Wilson's lower bound for 36 of 40 is 0.77.
  expect(noPictureText(results)).toBe(
    "Without a picture, 50.0 % are right before training and 90.0 % after it; guessing gives 50.0 %, and always the most " +
      "frequent letter 50.0 %. This is clearly more for VLM after training: some answers can be had from the options " +
      "alone. Gained by training: VLM +25.0 points with the picture, +40.0 without.",
  );
  const blind = makeResults({ items, found: [right(vlm, 22), right({ ...vlm, variant: "no-picture" }, 20)] });
  expect(noPictureText(blind)).toContain("None is clearly above both: the options alone do not give the answers away.");
  expect(noPictureText(makeResults())).toBe("");
});

it("the text about the benchmark's sentence tells clear differences from others", () => {
  expect(goldText(results)).toBe(
    "Models that read the benchmark's own sentence show the most that seeing better could add. A clear difference: VLM " +
      "before training +45.0 points against its answers on the picture (p < 0.0001). No clear difference: LLM before " +
      "training (+0.0), VLM after training (+2.5).",
  );
  expect(goldText(makeResults())).toBe("");
});
