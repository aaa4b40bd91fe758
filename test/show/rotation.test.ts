import { describe, expect, it } from "vitest";
import type { Item } from "../../lib/benchmark/index";
import { placesFigure, placesTable, rotationTable, rotationText } from "../../lib/show/index";
import { type Cell, pictureCell, type Result } from "../../lib/study/index";
import { makeResults, trainedCell } from "./results";

const items = ["A", "B", "C", "A"].map(
  (gold, i): Item => ({
    index: i + 1,
    image: "",
    gold,
    category: "",
    situation: `Situation ${i}`,
    options: ["A", "B", "C"].map((letter) => ({ letter, text: letter })),
  }),
);

/** A model's choices in three orders, as letters of the items' own order: a row for each order. */
const inOrders = (cell: Cell, choices: (string | null)[][]): Result[] =>
  choices.map((row, by) => ({
    cell: by === 0 ? cell : { ...cell, variant: `rotation-${by}` as const },
    run: `ask/${by}`,
    letters: new Map(items.map(({ index }, i) => [index, row[i]!])),
    items: items.length,
    correct: row.filter((letter, i) => letter === items[i]!.gold).length,
    unparsed: row.filter((letter) => letter === null).length,
  }));

const before = inOrders(pictureCell("vlm"), [
  ["A", "B", "A", "B"],
  ["A", "A", null, "B"],
  ["A", "B", "B", "B"],
]);
const after = inOrders(
  trainedCell("vlm", "teacher", 10),
  [0, 1, 2].map(() => ["A", "B", null, "A"]),
);
const results = makeResults({ items, found: [...before, ...after] });

describe("the table of rotation", () => {
  it("counts what is right in all orders, on average, and in none", () => {
    const [was, is] = rotationTable(results).rows;
    // Right in 3, 2, 0 and 0 of 3 orders; the same choice for the first and the last item. Wilson for 1 of 4, by hand.
    expect(was).toMatchObject({ model: "VLM", state: "before", items: 4, given: "50.00", mean: "41.67", all: "25.00" });
    expect(was).toMatchObject({ interval: "4.56–69.94", none: "50.00", same: "50.00", gain: "" });
    // Two items gained and none lost: p = 2 × (1/2)².
    expect(is).toMatchObject({ state: "after 10 samples from Teacher", mean: "75.00", all: "75.00", same: "75.00" });
    expect(is!.gain).toBe("+50.0 (p 0.50)");
  });

  it("shows nothing of a model while one of its orders is missing", () => {
    const partial = makeResults({ items, cells: results.cells, found: [...before.slice(0, 2), ...after] });
    expect(rotationTable(partial).rows[0]).toMatchObject({ all: "–", mean: "–" });
    expect(rotationTable(partial).rows[1]).toMatchObject({ all: "75.00", gain: "–" });
  });

  it("leaves out items that not every order has seen", () => {
    const [last] = before.slice(2);
    const fewer = { ...last!, letters: new Map([...last!.letters].slice(0, 2)), items: 2 };
    const some = makeResults({ items, found: [...before.slice(0, 2), fewer] });
    expect(rotationTable(some).rows[0]).toMatchObject({ items: 2, given: "100.00", mean: "83.33", all: "50.00" });
  });
});

it("places are those where an option stood when it was chosen", () => {
  const [chosen, right] = placesTable(results).rows;
  // Of 12 answers: 3, 3 and 5, and one is unparsed. The right option stood at each place 4 times.
  expect(chosen).toMatchObject({ what: "chosen", 1: "25.0", 2: "25.0", 3: "41.7", spread: "16.7" });
  expect(right).toMatchObject({ 1: "25.0", 2: "50.0", 3: "50.0", spread: "25.0" });
  expect(placesFigure(results).panels).toEqual([
    {
      title: "VLM",
      series: [
        { name: "before training", points: [25, 50, 50].map((y, i) => ({ x: i + 1, y })) },
        { name: "after training", points: [75, 75, 75].map((y, i) => ({ x: i + 1, y })) },
      ],
    },
  ]);
});

it("the text says how much is right in all orders, and how much the place matters", () => {
  expect(rotationText(results)).toBe(
    "Right in all orders of the options: VLM 25.0 % before and 75.0 % after training (+50.0 points, p 0.50). From the " +
      "best place of the right option to the worst, accuracy falls by 25.0 points before training and by 0.0 after it.",
  );
  expect(rotationText(makeResults())).toBe("");
});
