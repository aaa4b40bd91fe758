import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPaper } from "../../lib/published/index";
import { writeReport } from "../../lib/report/index";
import { projectRoot } from "../../lib/root";
import { rawIn } from "../attack";
import { expectOwnElements } from "../own-elements";
import { drawPng, plantedResults } from "./planted";

describe("a report whose texts are attacks", () => {
  const folder = mkdtempSync(join(tmpdir(), "wov-planted-"));
  const files = (ending: string) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  beforeAll(() => writeReport(folder, plantedResults(), drawPng, loadPaper(projectRoot(), {})));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has a page with no element but its own", () => {
    const [[, page]] = files("index.html") as [[string, string]];
    expect(page).toContain("&lt;script&gt;");
    expectOwnElements(page, ['defer src="assets/report.js"']);
  });

  it("has pictures with no element but their own", () => {
    expect(files(".svg").length).toBeGreaterThan(5);
    for (const [, svg] of files(".svg")) expectOwnElements(svg);
  });

  it("has Markdown tables whose rows have as many cells as their head", () => {
    for (const [file, text] of files(".md")) {
      expect([file, rawIn(text)]).toEqual([file, null]);
      const rows = text.split("\n").filter((line) => line.startsWith("|"));
      const widths = rows.map((row) => row.replaceAll("\\|", "").split("|").length);
      expect([file, new Set(widths).size]).toEqual([file, 1]);
      expect([file, text]).not.toEqual([file, expect.stringMatching(/(?<!\\)<script|\]\(|^error: /m)]);
    }
  });

  it("has CSV files without formulas", () => {
    const planted = files(".csv").filter(([, text]) => text.includes("=cmd"));
    expect(planted.length).toBeGreaterThan(2);
    for (const [file, text] of planted)
      expect([file, text]).not.toEqual([file, expect.stringMatching(/(^|[,"])=cmd/m)]);
  });

  it("has figures whose labels plotly shows as text", () => {
    for (const [, text] of files(".plotly.json")) expect(text).not.toMatch(/<(?:script|img)/);
  });

  it("has side scripts that are one call with JSON, and nothing else", () => {
    const scripts = readdirSync(join(folder, "data"));
    expect(scripts).toContain("items.js");
    for (const file of scripts) {
      const text = readFileSync(join(folder, "data", file), "utf8");
      const [, name, value] = /^wovData\(("[a-z0-9-]+"),(.*)\);\n$/s.exec(text) ?? [];
      expect(`${JSON.parse(name!)}.js`).toBe(file);
      expect(() => JSON.parse(value!)).not.toThrow();
    }
  });
});
