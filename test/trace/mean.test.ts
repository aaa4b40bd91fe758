import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedsTable, table2, toCsv } from "../../lib/show/index";
import { compareOverSeeds } from "../../lib/stats/index";
import type { Study } from "../../lib/study/index";
import { isSound, type Trace, traceTarget, traceText } from "../../lib/trace/index";
import { folderOf, makeStudy, reopen, rightIn, withFile } from "./study";

const BEFORE = "qwen2-vl/picture";
const NAME = "qwen2-vl/picture/teacher-8";
const SEEDS = [7, 8];

let study: Study;
let folder: string;
beforeAll(async () => {
  study = await makeStudy(SEEDS);
  folder = join(study.root, "report/tiny");
  mkdirSync(folder, { recursive: true });
  for (const table of [table2(study.results()), seedsTable(study.results())])
    writeFileSync(join(folder, `${table.name}.csv`), toCsv(table));
}, 120_000);
afterAll(() => rmSync(study.root, { recursive: true }));

const recordsOf = (name: string): string => join(folderOf(study, name), "records.jsonl");

const trace = async (target: string): Promise<{ trace: Trace; text: string; sound: boolean }> => {
  const again = reopen(study);
  const found = await traceTarget(again, target);
  return { trace: found, text: traceText(again, found).replace(/\s+/g, " "), sound: isSound(found) };
};

/** Traces the mean while a file is changed. */
async function traceWith(file: string, change: (text: string) => string) {
  const before = readFileSync(file, "utf8");
  expect(change(before)).not.toBe(before);
  return withFile(file, change(before), () => trace(NAME));
}

describe("a mean over seeds", () => {
  it("is computed again from its parts, with its range and the gain's interval", async () => {
    const before = rightIn(study, BEFORE);
    const parts = SEEDS.map((seed) => rightIn(study, `${NAME}-seed-${seed}`));
    const counts = parts.map((right) => right.filter(Boolean).length);
    expect(counts[0]).not.toBe(counts[1]);
    const clusters = study.results().items.map(({ index }) => study.results().clusters.get(index));
    const compared = compareOverSeeds([before], parts, clusters);

    const { trace: found, text, sound } = await trace(NAME);
    expect(sound).toBe(true);
    if (found.kind !== "mean") throw new Error(found.kind);
    const { name, cells, score, gain } = found.mean;
    expect([name, cells.map((cell) => cell.name)]).toEqual([NAME, SEEDS.map((seed) => `${NAME}-seed-${seed}`)]);
    const [low, high] = [5 * Math.min(...counts), 5 * Math.max(...counts)]; // of 20 items
    expect(score).toEqual({ accuracy: (low + high) / 2, low, high });
    expect(gain!.points).toBeCloseTo((low + high) / 2 - 5 * before.filter(Boolean).length, 10);
    expect(gain!.interval.low).toBeCloseTo(100 * compared.both!.low, 10);
    expect(gain!.interval.high).toBeCloseTo(100 * compared.both!.high, 10);
    expect(text).toContain(
      `${((low + high) / 2).toFixed(2)} %: mean over 2 training seeds, from ${low.toFixed(2)} to ${high.toFixed(2)}.`,
    );
    for (const part of [BEFORE, ...SEEDS.map((seed) => `${NAME}-seed-${seed}`)])
      expect(found.runs.map(({ id }) => id)).toContain(
        recordsOf(part).split("/runs/")[1]!.replace("/records.jsonl", ""),
      );
  });

  it("stands beside what the report states", async () => {
    const { trace: found, text } = await trace(NAME);
    if (found.kind !== "mean") throw new Error(found.kind);
    const [row] = table2(study.results()).rows;
    expect(found.shown.map(({ column }) => column)).toEqual(
      expect.arrayContaining(["8", "Mean gain", "Lowest to highest seed", "Over items", "Over seeds", "Over both"]),
    );
    expect(found.shown.filter(({ text: stated, computed }) => stated !== computed)).toEqual([]);
    expect(text).toContain(
      `report/tiny/table2.csv (Qwen2-VL, Teacher) 8: stated ${row!["8"]}; recomputed ${row!["8"]}`,
    );
  });

  it("that was edited in the report is found, with both values: the mean, its interval and its range", async () => {
    const stated = String(table2(study.results()).rows[0]!["8"]);
    const accuracy = stated.split(" ")[0]!;
    for (const [from, to] of [
      [accuracy, "99.99"],
      [/[+−][\d.]+(?=\))/.exec(stated)![0], "+88.8"],
    ] as const) {
      const edited = stated.replace(from, to);
      const change = (csv: string) => csv.replace(stated, edited);
      const { text, sound } = await traceWith(join(folder, "table2.csv"), change);
      expect([edited, sound]).toEqual([edited, false]);
      expect(text).toContain(`✗ 8: stated ${edited}; recomputed ${stated}`);
    }
    const { range } = seedsTable(study.results()).rows.find(({ size }) => size === "8")!;
    const change = (csv: string) => csv.replaceAll(String(range), "+1.0 to +2.0");
    const { text, sound } = await traceWith(join(folder, "seeds.csv"), change);
    expect(sound).toBe(false);
    expect(text).toContain(`✗ Lowest to highest seed: stated +1.0 to +2.0; recomputed ${range}`);
  });

  it("is not computed from replies that were edited", async () => {
    for (const part of [`${NAME}-seed-8`, BEFORE]) {
      const change = (records: string) => records.replace(/"content":"[A-C]/, '"content":"D');
      const { text, sound } = await traceWith(recordsOf(part), change);
      expect([part, sound]).toEqual([part, false]);
      expect(text).toContain(part === BEFORE ? "records.jsonl is not as it was" : "This mean has no number");
    }
  });

  it("is listed with a file that has it, and each of its seeds is a cell", async () => {
    const { text, sound } = await trace(join(folder, "table2.csv"));
    expect(sound).toBe(true);
    expect(text).toContain("2 means over seeds, computed again from these cells");
    expect(text).toMatch(new RegExp(`${NAME} [\\d.]+ %: mean over 2 training seeds, from [\\d.]+ to [\\d.]+`));
    expect((await trace(`${NAME}-seed-8`)).trace.kind).toBe("cell");
  });
});
