import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBudget } from "../../lib/ask/index";
import { openRuntime } from "../../lib/runtime/index";
import { rotationTable, scorersComparedTable, type Table, variantsTable } from "../../lib/show/index";
import { type Cell, captionCell, openStudy, pictureCell, type Results } from "../../lib/study/index";
import { runSteps } from "../../lib/study/schedule";
import { withNeeds } from "../../lib/study/step";
import { makeProject, SMALL } from "./project";

const ITEMS = 60;
const root = makeProject();
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A small study with all variants, and log-probabilities. */
const PROFILE = `${SMALL.replace("items: 48", `items: ${ITEMS}`).replace("batch: 64 }", "batch: 64, likelihood: letter }")}
variants: [option-rotation, no-picture, shuffled-picture, gold-situation]
`;
let results: Results;
beforeAll(async () => {
  writeFileSync(join(root, "own.yaml"), PROFILE);
  const study = openStudy(join(root, "own.yaml"), root);
  // Models before training alone, since each training would take another start of Python.
  const asked = study.layout.cells.filter(({ cell }) => !cell.trained).map(({ step }) => step);
  const runtime = await openRuntime(root, study.profile.runtime);
  await runSteps({ root, runtime, steps: withNeeds(asked), budget: createBudget(0) });
  results = study.results();
});

const [llm, vlm] = [captionCell("qwen2"), pictureCell("qwen2-vl")];
const shareOf = (cell: Cell): number => {
  const { correct, items } = results.get(cell)!;
  expect(items).toBe(ITEMS);
  return correct / items;
};

describe("a small study with variants", () => {
  it("needs the right picture: without one, or with another one, it guesses", () => {
    const usual = shareOf(vlm);
    expect(usual).toBeGreaterThan(0.55);
    for (const variant of ["no-picture", "shuffled-picture"] as const)
      expect(shareOf({ ...vlm, variant })).toBeLessThan(usual - 0.2);
  });

  it.each([
    ["a language model", llm],
    ["a VLM", vlm],
  ])("%s is about as good when options are moved: its replies are read in their order", (_, cell) => {
    const [usual, ...moved] = [cell, ...[1, 2, 3, 4].map((by): Cell => ({ ...cell, variant: `rotation-${by}` }))].map(
      shareOf,
    );
    for (const share of moved) expect(Math.abs(share - usual!)).toBeLessThan(0.25);
  });

  it("is about as good with the benchmark's own sentence as with a caption or a picture", () => {
    for (const cell of [llm, vlm])
      expect(shareOf({ ...cell, variant: "gold-situation" })).toBeGreaterThan(shareOf(cell) - 0.15);
  });

  it("fills the tables", () => {
    const rowsOf = ({ rows }: Table) => rows.filter(({ state }) => state === "before");
    for (const made of [variantsTable(results), rotationTable(results)]) {
      expect(rowsOf(made)).toHaveLength(2);
      expect(rowsOf(made).flatMap((row) => Object.values(row))).not.toContain("–");
    }
    const [before] = scorersComparedTable(results).rows.filter(({ model }) => model === "Qwen2-VL");
    expect(Number(before!.likelihood)).toBeCloseTo(Number(before!.strict), -1);
    expect(before).not.toHaveProperty("likelihood-text"); // the profile keeps those of letters alone
  });
});
