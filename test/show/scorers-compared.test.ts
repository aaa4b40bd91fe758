import { expect, it } from "vitest";
import type { Likelihood } from "../../lib/answers/index";
import { scorersComparedTable, scorersComparedText } from "../../lib/show/index";
import { captionCell, pictureCell, type Results } from "../../lib/study/index";
import { makeResults, resultOf, trainedCell } from "./results";

const four = makeResults().items.slice(0, 4); // "A" is right in each
const vlm = pictureCell("vlm");
const made = makeResults({
  items: four,
  found: [
    resultOf(captionCell("llm"), 4, four),
    resultOf(vlm, 2, four),
    resultOf({ ...vlm, variant: "no-picture" }, 2, four),
    resultOf(trainedCell("vlm", "teacher", 10), 2, four), // not the largest set
    resultOf(trainedCell("vlm", "teacher", 20), 3, four),
  ],
});
const replies = ["A", "B", "A", "no idea"];
/** The most likely letters are A, A, neither, and B. */
const letters: Likelihood[] = [
  { letter: { A: -0.1, B: -3 } },
  { letter: { A: -0.5, B: -1 } },
  { letter: { A: -1, B: -1 } },
  { letter: { A: -2, B: -1 } },
];
const byItem = <T>(values: readonly T[]) => new Map(four.map(({ index }, i) => [index, values[i]!]));
const isVlm = (cell: { model: string; trained?: object }) => cell.model === "vlm" && !cell.trained;
const results: Results = {
  ...made,
  replies: (cell) => (isVlm(cell) ? byItem(replies) : made.replies(cell)),
  likelihoods: (cell) => (isVlm(cell) ? byItem(letters) : new Map()),
};

it("the table of scorers has those by likelihood where log-probabilities were kept, and else a dash", () => {
  const { rows, columns } = scorersComparedTable(results);
  expect(columns.map(({ key }) => key)).toEqual(["model", "state", "strict", "viva", "praxis", "likelihood"]);
  expect(rows.map(({ model, state }) => `${model} ${state}`)).toEqual([
    "LLM before",
    "VLM before",
    "VLM after 20 samples from Teacher",
  ]);
  expect(rows[0]).toMatchObject({ strict: "100.00", viva: "100.00", likelihood: "–" });
  // Right: the first and the third by what is written, the first two by likelihood.
  expect(rows[1]).toMatchObject({ strict: "50.00 (1)", likelihood: "50.00 (1)" });
});

it("the text says by how much scorers differ, and how often the written letter is the most likely one", () => {
  const text = scorersComparedText(results);
  expect(text).toContain("Points against the accuracy by strict: viva +0.0; praxis +0.0; likelihood +0.0.");
  expect(text).toContain("The most likely letter is the one that was read in 25.0 % of the replies."); // 1 of 4
  expect(scorersComparedText(made)).not.toContain("likelihood");
});

it("without replies it has only dashes", () => {
  const none = { ...made, replies: () => new Map<number, string>() };
  expect(scorersComparedTable(none).rows[0]).toMatchObject({ strict: "–", viva: "–", praxis: "–" });
  expect(scorersComparedText(none)).toBe("");
});

it("the table and its text score the replies once", () => {
  const read: string[] = [];
  const counting: Results = {
    ...results,
    replies: (cell) => {
      read.push(JSON.stringify(cell));
      return results.replies(cell);
    },
  };
  scorersComparedTable(counting);
  scorersComparedText(counting);
  expect(read).toHaveLength(3);
  expect(new Set(read).size).toBe(3);
});
