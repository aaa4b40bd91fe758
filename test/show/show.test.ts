import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  claims,
  figure2,
  itemCard,
  pilotFigure,
  sizeFigure,
  table1,
  table2,
  toCsv,
  toHtml,
  toMarkdown,
  toPlotly,
  toSvg,
  writeReport,
} from "../../lib/show/index";
import { madeUpFindings } from "./findings";

const findings = madeUpFindings();
const draw = () => Buffer.from("a picture");

describe("tables", () => {
  it("have the numbers, their intervals and what they mean", () => {
    expect(toMarkdown(table1(findings))).toMatchInlineSnapshot(`
      "**Table 1. Who chooses better: language models that read a caption, or vision-language models that see the picture?**

      | Model | Input | Accuracy, % | 95 % interval | Right | Unparsed | Items | Its base LLM on captions |
      | --- | --- | --: | --- | --: | --: | --: | --- |
      | READER | caption | 75.00 | 59.8–85.8 | 30 | 0 | 40 |  |
      | SEER | picture | 55.00 | 39.8–69.3 | 22 | 0 | 40 | +20.0 (p 0.0078) |
      | VIEWER | picture | 50.00 | 35.2–64.8 | 20 | 0 | 40 | +25.0 (p 0.0020) |

      Made up <for a test> & nothing else.
      "
    `);
    expect(toMarkdown(table2(findings))).toMatchInlineSnapshot(`
      "**Table 2. Accuracy on pictures (%) after training on text alone, by source and number of samples**

      | Model | Before | Source of the text | 10 | 20 |
      | --- | --: | --- | --: | --: |
      | SEER | 55.00 | Teacher | 80.00 (+25.0*) | 85.00 (+30.0*) |
      | SEER | 55.00 | Reader, its own base | 70.00 (+15.0) | 75.00 (+20.0*) |
      | VIEWER | 50.00 | Teacher | 80.00 (+30.0*) | 85.00 (+35.0*) |
      | VIEWER | 50.00 | Reader, its own base | 70.00 (+20.0*) | 75.00 (+25.0*) |

      In parentheses: points gained on the same model before training. * p < 0.01, exact McNemar. Made up <for a test> & nothing else.
      "
    `);
  });

  it("quote what CSV needs quoted, and escape what HTML would read as its own", () => {
    const table = {
      name: "t",
      title: "<T>",
      note: "n",
      columns: [{ key: "a", label: "A, or B" }],
      rows: [{ a: 'say "hi" <b>' }],
    };
    expect(toCsv(table)).toBe('"A, or B"\n"say ""hi"" <b>"\n');
    expect(toHtml(table)).toContain("<td>say &quot;hi&quot; &lt;b&gt;</td>");
  });
});

describe("claims", () => {
  it("are borne out or not by the numbers", () => {
    expect(claims(findings).map(({ holds }) => holds)).toMatchInlineSnapshot(`
      [
        true,
        true,
        false,
        true,
        false,
        true,
      ]
    `);
    const reversed = {
      ...findings,
      table1: findings.table1.map((r) =>
        r.input === "caption" ? { ...r, correct: 5, letters: r.letters.map(() => "B") } : r,
      ),
    };
    expect(claims(reversed)[0]!.holds).toBe(false);
  });
});

describe("figures", () => {
  const figures = [pilotFigure(findings), figure2(findings), sizeFigure(findings)];

  it.each(figures)("$name is equal SVG from equal findings, with the evidence under its title", async (figure) => {
    const svg = await toSvg(figure);
    expect(svg).toBe(await toSvg(figure));
    expect(svg).toContain("Made up &lt;for a test&gt; &amp; nothing else.");
    expect(svg).toMatchSnapshot();
  });

  it.each(figures)("$name has all its points in plotly", (figure) => {
    const { data } = toPlotly(figure) as { data: { x: unknown[]; y: number[] }[] };
    const points = figure.panels.flatMap(({ series }) => series.map(({ points }) => points.map(({ y }) => y)));
    expect(data.map(({ y }) => y)).toEqual(points);
  });
});

describe("an item", () => {
  it("shows what each model chose, and escapes what models wrote", () => {
    const card = itemCard(findings, 25, draw);
    expect(card).toContain("Help &lt;now&gt;.");
    expect(card).toContain("READER <b>A</b> ✓");
    expect(card).toContain("SEER <b>B</b> ✗ → <b>A</b> ✓");
  });
});

describe("writeReport", () => {
  it("writes the same bytes from the same findings, and nothing beside", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wov-report-"));
    const read = () => readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]);
    const page = await writeReport(folder, findings, draw);
    expect(existsSync(page)).toBe(true);
    const first = read();
    await writeReport(folder, findings, draw);
    expect(read()).toEqual(first);
    rmSync(folder, { recursive: true });
  });
});
