import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPaper } from "../../lib/published/index";
import { writeReport } from "../../lib/report/index";
import { linkNumbers } from "../../lib/report/numbers";
import { systemsOf } from "../../lib/report/systems";
import { projectRoot } from "../../lib/root";
import { table2 } from "../../lib/show/index";
import { captionCell, pictureCell, type SourceText } from "../../lib/study/index";
import { makeResults, resultOf, trainedCell } from "../show/results";
import { drawPng } from "./planted";

const sample = {
  ...{
    id: "one",
    situation: "Someone waits.",
    question: "What comes first?",
    answer: "A",
    rationale: "",
    call: "call-0",
  },
  ...{ options: [{ letter: "A", text: "Help." }], source: "teacher" },
};
const text: SourceText = {
  kept: [sample],
  rejected: [{ reason: "contamination", what: "two", call: "call-1", sample: { ...sample, id: "two" } }],
};
const results = { ...makeResults(), text: (source: string) => (source === "teacher" ? text : undefined) };
const folder = mkdtempSync(join(tmpdir(), "wov-links-"));
let html = "";
beforeAll(async () => {
  html = readFileSync(await writeReport(folder, results, drawPng, loadPaper(projectRoot(), {})), "utf8");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Links of numbers: where they lead, and what they show. */
const links = (part = html) =>
  [...part.matchAll(/<a class="number" href="#([a-z]+)\?([^"]*)" title="([^"]*)">([^<]*)<\/a>/g)].map(
    ([, view, query, title, number]) => ({
      ...{ view, title: title!, number: number! },
      filters: new URLSearchParams(query!.replaceAll("&amp;", "&")),
    }),
  );
const gold = new Map(results.items.map((item) => [item.index, item.gold]));
/** The letters of a system and of the same model before training, from the results. */
function lettersOf(name: string) {
  const { systems } = systemsOf(results);
  const at = systems.findIndex((system) => system.name === name);
  const { cell, letters } = results.get(results.cells.filter((one) => results.get(one))[at]!)!;
  return { letters, before: results.get(pictureCell(cell.model))?.letters };
}

describe("numbers in tables", () => {
  it("lead to as many answers as they count", () => {
    const counted = links().filter(({ filters }) => ["gained", "lost"].includes(filters.get("show") ?? ""));
    expect(counted).toHaveLength(2 * 8); // each of the eight trainings
    for (const { filters, number } of counted) {
      const { letters, before } = lettersOf(filters.get("system")!);
      const changed = [...gold].filter(([index, right]) => {
        const [was, is] = [before!.get(index) === right, letters.get(index) === right];
        return filters.get("show") === "gained" ? !was && is : was && !is;
      });
      expect([filters.toString(), number]).toEqual([filters.toString(), String(changed.length)]);
    }
  });

  it("lead to the system whose accuracy they show", () => {
    const shown = links().filter(
      ({ view, filters }) => view === "items" && !filters.has("show") && !filters.has("category"),
    );
    expect(shown.length).toBeGreaterThan(30);
    for (const { filters, number, title } of shown) {
      const { letters } = lettersOf(filters.get("system")!);
      const right = [...gold].filter(([index, letter]) => letters.get(index) === letter).length;
      expect([title, Number(number)]).toEqual([
        title,
        Number(((100 * right) / gold.size).toFixed(number.split(".")[1]!.length)),
      ]);
      expect(title).toContain(`npx wov trace ${filters.get("system")}`);
    }
  });

  it("lead to a category's items, and to the samples that are counted", () => {
    expect(links().filter(({ filters }) => filters.get("category") === "Other Situation")).toHaveLength(3);
    const samples = links().filter(({ view }) => view === "samples");
    expect(samples.map(({ filters }) => [filters.get("source"), filters.get("show")])).toEqual([
      ["teacher", "contamination"],
      ["teacher", null],
    ]);
  });

  it("name the training seeds' mean, where a table shows one", () => {
    const seeds = [7, 8];
    const found = [
      resultOf(captionCell("llm"), 30),
      resultOf(pictureCell("vlm"), 22),
      ...seeds.map((seed) => resultOf(trainedCell("vlm", "teacher", 10, seed), 20 + seed)),
    ];
    const several = makeResults({ found, seeds });
    const table = table2(several);
    const [row] = table.rows;
    const shown = linkNumbers(several, systemsOf(several).systems, new Map())(table)(
      String(row!["10"]),
      { key: "10", label: "10" },
      row!,
    );
    expect(shown).toMatch(/^<a class="number" href="#numbers" title="Mean over 2 training seeds\. To recompute it: /);
    expect(shown).toContain("npx wov trace vlm/picture/teacher-10 --profile made-up");
  });
});

describe("tables and figures", () => {
  it("say how their files are recomputed", () => {
    const files = [...html.matchAll(/<figcaption><a href="([^"]*)">/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(15);
    for (const file of files)
      expect(html).toContain(`<code>npx wov trace report/made-up/${file} --profile made-up</code>`);
  });
});
