import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { escapeLatex } from "../../lib/escape";
import { type Contents, contentsOf, originOf, originOfFile, writeFigures } from "../../lib/print/index";
import { documentOf } from "../../lib/print/latex";
import { loadPaper } from "../../lib/published/index";
import { projectRoot } from "../../lib/root";
import type { Table } from "../../lib/show/index";
import type { Results } from "../../lib/study/index";
import { makeResults } from "../show/results";

const NASTY = String.raw`100 % of $5 & #1_{x}^2 ~ \input{/etc/passwd} <b> "q" | é – − × ≥ ✓ 漢 \\[2em] *`;
const ORIGIN = "a test\n\\input{evil} --> origin";
const folder = mkdtempSync(join(tmpdir(), "wov-print-"));
const again = mkdtempSync(join(tmpdir(), "wov-print-"));
const nasty: Table = {
  name: "nasty",
  title: `Table 9. ${NASTY}`,
  note: NASTY,
  columns: [
    { key: "name", label: NASTY },
    { key: "value", label: "50 %", numeric: true },
    { key: "gain", label: "gain", numeric: true },
  ],
  rows: [
    { name: "[a] first cell", value: "1,234.50", gain: "73.31 (+3.1*)" },
    { name: NASTY, value: "–", gain: "−2.50 (−1.0)" },
    { name: "", value: "", gain: "" },
  ],
};

/** A drawing, bars and lines. */
const isOfEachKind = ({ name }: { name: string }) => ["figure1", "figure2", "growth"].includes(name);

let contents: Contents;

beforeAll(async () => {
  const root = projectRoot();
  const all = contentsOf(makeResults(), async () => undefined, loadPaper(root, {}), "both");
  contents = { tables: [...all.tables, nasty], figures: all.figures };
  await writeFigures(folder, contents, ORIGIN);
  await writeFigures(again, { tables: contents.tables, figures: contents.figures.filter(isOfEachKind) }, ORIGIN);
}, 240_000);

afterAll(() => {
  for (const one of [folder, again]) rmSync(one, { recursive: true, force: true });
});

const read = (file: string) => readFileSync(join(folder, file), "utf8");

describe("escapeLatex", () => {
  it("leaves no command of others", () => {
    expect(escapeLatex("\\input{a}")).toBe("\\textbackslash{}input\\{a\\}");
    expect(escapeLatex("5 % & $3_2#")).toBe("5 \\% \\& \\$3\\_2\\#");
    expect(escapeLatex("漢")).toBe("\\texttt{U+6F22}");
    expect(escapeLatex("a\nb")).toBe("a b");
  });
});

describe("wov figures", () => {
  it("writes the same bytes twice", () => {
    expect(readdirSync(folder).length).toBeGreaterThan(30);
    const files = readdirSync(again).filter((file) => !["figures.tex", "captions.md"].includes(file));
    expect(files).toEqual(expect.arrayContaining(["figure1.pdf", "figure2.png", "growth.svg", "table1.csv"]));
    for (const file of files)
      expect(readFileSync(join(folder, file)).equals(readFileSync(join(again, file))), file).toBe(true);
  });

  it("says in each file where it comes from", async () => {
    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file));
      if (file.endsWith(".png")) expect((await sharp(bytes).metadata()).exif?.includes("a test"), file).toBe(true);
      else if (!/\.(pdf|csv)$/.test(file)) expect(bytes.toString("utf8"), file).toContain("a test");
    }
    expect(read("table1.csv")).toMatch(/^Model,/);
  });

  it("reads back what was asked for", () => {
    const asked = { profile: "my study's.yaml", numbers: "both" as const, formats: ["tex", "pdf"] as const };
    const origin = originOf(asked, "Made up.");
    expect(origin).toContain("--profile 'my study'\\''s.yaml' --numbers both --format tex pdf --out DIR");
    writeFileSync(join(again, "origin.txt"), origin);
    expect(originOfFile(join(again, "table1.csv"))).toEqual(asked);
    expect(originOf({ profile: "pocket", numbers: "runs" }, "x")).not.toContain("--format");
  });

  it("names the paper where its numbers are shown", () => {
    const [runs, published, both] = (["runs", "published", "both"] as const).map((numbers) => {
      const { figures } = contentsOf(makeResults(), async () => undefined, loadPaper(projectRoot(), {}), numbers);
      return figures.find(({ name }) => name === "figure1")!.note;
    });
    expect([runs!.includes("Made up"), runs!.includes("When Words")]).toEqual([true, false]);
    expect([published!.includes("Made up"), published!.includes("When Words")]).toEqual([false, true]);
    expect([both!.includes("Made up"), both!.includes("When Words")]).toEqual([true, true]);
  });

  it("says how the item of Figure 3 was chosen", () => {
    const noteOf = (results: Results) => {
      const text = () => ({ kept: [{ id: "sample-1" }] }) as ReturnType<Results["text"]>;
      const paper = loadPaper(projectRoot(), {});
      const { figures } = contentsOf({ ...results, text }, async () => undefined, paper, "runs");
      return figures.find(({ name }) => name === "figure3")!.note;
    };
    const results = makeResults();
    expect(noteOf(results)).toMatch(
      /item \d+ is the first of those that training turned right for the most VLMs \(\d of 2\)/,
    );
    const get: Results["get"] = (cell) => results.get({ ...cell, trained: undefined });
    expect(noteOf({ ...results, get })).toContain("item 1 is the first of all, since training turned none right");
  });

  it("names no two files alike", () => {
    const names = [...contents.tables, ...contents.figures].map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toEqual(expect.arrayContaining(["controls", "controls-figure"]));
  });

  it("gives tables and figures of the paper its numbers, whatever is there, and others numbers of their own", () => {
    const float = (kind: "table" | "figure", name: string, title: string) => ({ kind, name, title });
    const text = documentOf(
      [
        float("table", "gap", "The gap"),
        float("table", "table2", "Table 2. Accuracy"),
        float("figure", "growth", "Does more text help more?"),
        float("figure", "figure3", "Figure 3. A sample"),
      ],
      ORIGIN,
    );
    const [, ofPaper, others] = /begin\{document\}\n(.*?\n)(\\setcounter\{table\}\{0\}.*)\\clearpage/s.exec(text)!;
    expect(ofPaper).toBe("\\setcounter{table}{1}\\input{table2}\n\\setcounter{figure}{2}\\input{figure3}\n");
    expect(others!.split("\n").slice(2, 4)).toEqual(["\\input{gap}", "\\input{growth}"]);
    const { tables, figures } = contentsOf(
      makeResults(),
      async () => undefined,
      loadPaper(projectRoot(), {}),
      "published",
    );
    const titles = [...tables, ...figures].map(
      ({ name, title }) => `${name}: ${title.split(" ").slice(0, 3).join(" ")}`,
    );
    expect(titles).toEqual([
      "published-table1: Table 1. Accuracy",
      "published-table2: Table 2. Accuracy",
      "figure1: Figure 1. The",
      "published-pilot: The paper's pilot",
      "published-figure2: Figure 2. VLMs",
      "published-sizes: The paper's Table",
    ]);
  });

  it("says what is wrong with a folder that is a file", async () => {
    const nothing = { tables: [], figures: [] };
    await expect(writeFigures(join(folder, "table1.csv"), nothing, ORIGIN)).rejects.toThrow("expected a folder");
  });

  it("shows the dashes of lines in the legend", () => {
    expect(read("growth.svg")).toMatch(/role-legend-symbol"[^>]*><path [^>]*d="M-12 0H12"[^>]*stroke-dasharray="4,2"/);
  });

  it("aligns numbers and keeps what follows them", () => {
    expect(read("nasty.tex")).toContain("S[table-format=4.2]S[table-format=+2.2]@{\\,}l");
    expect(read("nasty.tex")).toContain("1234.50 & 73.31 & (+3.1{*}) \\\\");
    expect(read("table1.tex")).toContain("Made up \\textless{}for a test\\textgreater{} \\& nothing else.");
    expect(read("published-table2.tex")).toContain("Mllama & 75.65 & GPT-4o & 77.26 & 79.11 & 79.60 \\\\");
  });

  it("draws letters of 7 points or more, in colour and with patterns", () => {
    for (const file of readdirSync(folder).filter((one) => one.endsWith(".svg"))) {
      const sizes = [...read(file).matchAll(/font-size="([\d.]+)/g)].map((one) => Number(one[1]));
      expect(sizes.length, file).toBeGreaterThan(0);
      expect(Math.min(...sizes), file).toBeGreaterThanOrEqual(7);
    }
    expect(read("figure2.svg")).toContain('fill="url(#series-1)"');
  });
});

const missing = ["pdflatex", "pdftoppm", "pdffonts"].filter((name) => spawnSync(name, ["-v"]).error);

describe.skipIf(missing.length > 0)(`on paper${missing.length > 0 ? ` (not here: ${missing.join(", ")})` : ""}`, () => {
  it("compiles as it is, with every float", () => {
    const args = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "figures.tex"];
    const { status, stdout } = spawnSync("pdflatex", args, { cwd: folder, encoding: "utf8" });
    expect(status, stdout.slice(-2000)).toBe(0);
    const labels = [...readFileSync(join(folder, "figures.aux"), "utf8").matchAll(/\\newlabel\{/g)];
    const over = [...stdout.matchAll(/Overfull \\hbox \(([\d.]+)pt/g)].map((found) => Number(found[1]));
    expect(Math.max(0, ...over)).toBeLessThanOrEqual(5);
    expect(labels).toHaveLength(contents.tables.length + contents.figures.length);
    const aux = readFileSync(join(folder, "figures.aux"), "utf8");
    for (const [label, number] of Object.entries({ "tab:table2": "2", "tab:nasty": "9", "fig:figure2": "2" }))
      expect(aux).toContain(`\\newlabel{${label}}{{${number}}{`);
    expect(aux).toMatch(/\\newlabel\{fig:growth\}\{\{S\d\}/);
  }, 120_000);

  it("has pages that are not blank, and embeds the font's letters", async () => {
    for (const { name, wide } of contents.figures) {
      const pdf = join(folder, `${name}.pdf`);
      const fonts = execFileSync("pdffonts", [pdf], { encoding: "utf8" }).trim().split("\n").slice(2);
      expect(fonts.length, name).toBeGreaterThan(0);
      for (const font of fonts) expect(font, name).toMatch(/^[A-Z]{6}\+DejaVuSans\S* .* yes +yes +yes /);
      execFileSync("pdftoppm", ["-r", "72", "-png", "-singlefile", pdf, join(again, `page-${name}`)]);
      const page = sharp(join(again, `page-${name}.png`)).greyscale();
      const { data, info } = await page.raw().toBuffer({ resolveWithObject: true });
      expect(info.width, name).toBeLessThanOrEqual(wide ? 454 : 219);
      expect(data.filter((value) => value < 128).length, name).toBeGreaterThan(300);
    }
  }, 120_000);
});
