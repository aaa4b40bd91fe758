import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { cellName, cellsOfMean, parseCellName } from "../../lib/study/cell-name";
import { type Cell, cellKey, pictureCell } from "../../lib/study/cells";
import { openStudy } from "../../lib/study/index";
import { makeScratch } from "./scratch";

const trained = (source: string, size: number, seed = 7, method?: string): Cell =>
  pictureCell("vlm", { source, size, seed, ...(method && { method }) });

it("is short, and says the seed where there are several", () => {
  const names = (cell: Cell) => [[7], [7, 8]].map((seeds) => cellName(cell, { seeds }));
  expect(names({ model: "llama", input: "caption", variant: "plain" })).toEqual(["llama/caption", "llama/caption"]);
  expect(names(trained("teacher", 2000, 8))).toEqual(["vlm/picture/teacher-2000", "vlm/picture/teacher-2000-seed-8"]);
  expect(names({ ...trained("qwen2", 1000, 8, "one-epoch"), variant: "rotation-2" })).toEqual([
    "vlm/picture:rotation-2/qwen2-1000+one-epoch",
    "vlm/picture:rotation-2/qwen2-1000-seed-8+one-epoch",
  ]);
});

it("is read with or without a seed that needs not be said, and not where it could be several", () => {
  const cells = [trained("t", 1), trained("t", 1, 8)];
  const one = { cells: cells.slice(0, 1), seeds: [7] };
  const two = { cells, seeds: [7, 8] };
  expect(parseCellName("vlm/picture/t-1", one)).toBe(cells[0]);
  expect(parseCellName("vlm/picture/t-1-seed-7", one)).toBe(cells[0]);
  expect(parseCellName("vlm/picture/t-1-seed-8", two)).toBe(cells[1]);
  for (const text of ["vlm/picture/t-1", "vlm/picture/t-1-seed-9", "vlm/picture", "", "vlm/picture/t-1-seed-8 "])
    expect(parseCellName(text, two)).toBeUndefined();
});

it("without its seed is that of all cells that differ in the seed alone", () => {
  const cells = [7, 8].flatMap((seed) => [trained("t", 1, seed), trained("t", 2, seed), trained("t", 1, seed, "m")]);
  expect(cellsOfMean("vlm/picture/t-1", { cells })).toEqual([cells[0], cells[3]]);
  expect(cellsOfMean("vlm/picture/t-1+m", { cells })).toEqual([cells[2], cells[5]]);
  for (const text of ["vlm/picture/t-1-seed-7", "vlm/picture", ""]) expect(cellsOfMean(text, { cells })).toEqual([]);
});

it("is kept apart from a source whose id looks like a size and a seed", () => {
  const cells = [trained("t-1-seed", 7), trained("t", 1)];
  const named = { cells, seeds: [7] };
  for (const cell of cells) expect(parseCellName(cellName(cell, named), named)).toBe(cell);
});

it.each(["pocket", "pocket-seeds", "paper", "all.yaml"])("leads back to each cell of the study %s", (profile) => {
  const root = makeScratch();
  const more =
    "extends: pocket\nname: all\nmethods: { one-epoch: { label: one epoch, epochs: 1 } }\n" +
    "variants: [option-rotation, no-picture, gold-situation]\n";
  writeFileSync(join(root, "all.yaml"), more);
  const named = openStudy(profile, profile.includes("yaml") ? root : projectRoot()).results();
  const names = named.cells.map((cell) => cellName(cell, named));
  expect(new Set(names).size).toBe(named.cells.length);
  expect(
    names.every((name) => /^[\w.-]+\/(picture|caption)(:[\w-]+)?(\/[\w.-]+-\d+(-seed-\d+)?(\+[\w.-]+)?)?$/.test(name)),
  ).toBe(true);
  for (const [i, cell] of named.cells.entries()) expect(cellKey(parseCellName(names[i]!, named)!)).toBe(cellKey(cell));
  if (profile === "all.yaml") expect(names).toContain("qwen2-vl/picture/qwen2-1000+one-epoch");
});
