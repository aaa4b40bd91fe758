import { expect, it } from "vitest";
import { methodsTable, methodsText } from "../../lib/show/index";
import { type Cell, pictureCell, type Results } from "../../lib/study/index";
import { makeResults, resultOf, trainedCell } from "./results";

const byMethod = (cell: Cell, method: string): Cell => ({ ...cell, trained: { ...cell.trained!, method } });
const written = (seed = 7) => trainedCell("vlm", "llm", 20, seed);

/** The results of a VLM whose base model's text is also filtered and relabelled. */
const withWays = (results: Results): Results => ({
  ...results,
  labels: { ...results.labels, methods: { short: "1 epoch", unused: "never trained" } },
  bases: {
    vlm: {
      model: "llm",
      source: "llm",
      remade: [
        { source: "llm-checked", keep: "majority" },
        { source: "llm-relabelled", keep: "relabel" },
      ],
    },
    "other-vlm": { model: "llm", source: "llm" },
  },
});

const found = [
  resultOf(pictureCell("vlm"), 22),
  resultOf(written(), 20),
  resultOf(trainedCell("vlm", "llm", 10), 40), // another size
  resultOf(byMethod(written(), "short"), 26),
  resultOf(trainedCell("vlm", "llm-checked", 20), 30),
  resultOf(trainedCell("vlm", "llm-relabelled", 20), 28),
  resultOf(trainedCell("vlm", "teacher", 20), 34),
];
const results = withWays(makeResults({ found }));

it("the table of methods shows each way's gain, and how much more it is than with the text as written", () => {
  const { rows, title, note } = methodsTable(results);
  expect(title).toContain("20 samples");
  // Nine comparisons of 40 items. By Holm, 9 × 2 × (1/2)^14 and 8 × 2 × (1/2)^12 are below 0.01, 7 × 2 × (1/2)^10 is not.
  expect(rows.map(({ way, accuracy, gain, more }) => [way, accuracy, gain, more])).toEqual([
    ["as written", "50.00", "−5.0", ""],
    ["1 epoch", "65.00", "+10.0", "+15.0"],
    ["kept where most of its answers agree", "75.00", "+20.0", "+25.0"],
    ["answers replaced by those it gives most often", "70.00", "+15.0", "+20.0"],
    ["the teacher's text instead", "85.00", "+30.0*", "+35.0*"],
  ]);
  expect(note).toContain("over the 9 comparisons");
});

it("over several seeds it shows means and ranges, seed by seed", () => {
  const seeds = [7, 8];
  const made = makeResults({
    seeds,
    found: [
      resultOf(pictureCell("vlm"), 22),
      ...seeds.map((seed, i) => resultOf(written(seed), 20 + 2 * i)),
      ...seeds.map((seed, i) => resultOf(byMethod(written(seed), "short"), 26 + 4 * i)),
    ],
  });
  const [first, second, third] = methodsTable(withWays(made)).rows;
  expect(first).toMatchObject({ accuracy: "52.50", gain: "−2.5; −5.0 to +0.0", more: "" });
  // 26 − 20 and 30 − 22 of 40 items.
  expect(second).toMatchObject({ accuracy: "70.00", gain: "+15.0; +10.0 to +20.0", more: "+17.5; +15.0 to +20.0" });
  expect(third).toMatchObject({ accuracy: "–", gain: "–", more: "–" });
});

it("the text counts the VLMs that gain in each way", () => {
  expect(methodsText(results)).toBe(
    "VLMs that gain, and by how many points: as written 0 of 1 (−5.0); 1 epoch 1 of 1 (+10.0); kept where most of its " +
      "answers agree 1 of 1 (+20.0); answers replaced by those it gives most often 1 of 1 (+15.0); the teacher's text " +
      "instead 1 of 1 (+30.0).",
  );
});

it("a study without such ways has an empty table and no text", () => {
  expect(methodsTable(makeResults()).rows).toEqual([]);
  expect(methodsText(makeResults())).toBe("");
});
