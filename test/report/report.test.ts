import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPaper } from "../../lib/published/index";
import { reportFolder, writeReport } from "../../lib/report/index";
import { writePictures } from "../../lib/report/pictures";
import { projectRoot } from "../../lib/root";
import { captionCell, pictureCell } from "../../lib/study/index";
import { makeResults, resultOf } from "../show/results";
import { drawPng, PNG } from "./planted";

const results = makeResults();
const paper = loadPaper(projectRoot(), {});
const folder = mkdtempSync(join(tmpdir(), "wov-report-"));
beforeAll(() => writeReport(folder, results, drawPng, paper));
afterAll(() => rmSync(folder, { recursive: true }));

/** All files of the report, with their contents. */
const read = () =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .filter((file) => statSync(join(folder, file)).isFile())
    .map((file) => [file, readFileSync(join(folder, file), "base64")] as const);
const page = () => readFileSync(join(folder, "index.html"), "utf8");
/** What a side script holds. */
const data = (name: string) => {
  const text = readFileSync(join(folder, "data", `${name}.js`), "utf8");
  return JSON.parse(text.slice(text.indexOf(",") + 1, text.lastIndexOf(")")));
};

describe("writeReport", () => {
  it("has a folder for each profile", () => {
    expect([undefined, "paper", "data/profiles/pocket.yaml", "../my-copy.yml", "v1.2"].map(reportFolder)).toEqual(
      ["pocket", "paper", "pocket", "my-copy", "v1.2"].map((name) => join("report", name)),
    );
  });

  it("says what the numbers are evidence of at its top, and once in each figure and table file", () => {
    const said = (text: string) => text.split("Made up").length - 1;
    const [findings, ...others] = page().split('<section class="view');
    expect(said(findings! + others[0]!)).toBe(1);
    const figures = readdirSync(folder).filter((file) => file.endsWith(".svg") && file !== "before-after.svg");
    for (const file of ["table1.md", ...figures])
      expect([file, said(readFileSync(join(folder, file), "utf8"))]).toEqual([file, 1]);
  });

  it("writes the same bytes from the same results, and draws no picture twice", async () => {
    const first = read();
    let drawn = 0;
    const draw = async () => {
      drawn += 1;
      return PNG;
    };
    await writeReport(folder, results, draw, paper);
    expect(read()).toEqual(first);
    expect(drawn).toBe(1); // in the picture of before and after
  });

  it("draws pictures again if the items have others, and says which have one", async () => {
    const other = mkdtempSync(join(tmpdir(), "wov-pictures-"));
    const write = (items: typeof results.items) =>
      writePictures(
        other,
        { items },
        async (index) => (index === 7 ? undefined : PNG),
        () => {},
      );
    const changed = results.items.map((item) => ({ ...item, image: `other-${item.image}` }));
    expect([...(await writePictures(other, results, drawPng, () => {})).keys()]).toHaveLength(40);
    expect([...(await write(results.items)).keys()]).toHaveLength(40);
    expect([(await write(changed)).size, existsSync(join(other, "pictures/7.png"))]).toEqual([39, false]);
    rmSync(other, { recursive: true });
  });

  it("keeps drawings as they were drawn, also where an earlier report has them as PNG", async () => {
    const other = mkdtempSync(join(tmpdir(), "wov-pictures-"));
    const drawing = Object.assign(async () => PNG, { svg: (index: number) => `<svg><!-- ${index} --></svg>` });
    const names = async (draw: typeof drawPng) => [...(await writePictures(other, results, draw, () => {})).values()];
    expect((await names(drawPng)).every((name) => name.endsWith(".png"))).toBe(true);
    const drawn = await names(drawing);
    expect([drawn.length, drawn.every((name) => name.endsWith(".svg"))]).toEqual([40, true]);
    expect(readFileSync(join(other, "pictures/7.svg"), "utf8")).toBe(drawing.svg(7));
    rmSync(other, { recursive: true });
  });

  it("loads nothing that is not in its folder", () => {
    const addresses = [...page().matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    const files = addresses.filter((address) => !address.startsWith("#") && address !== "data:,");
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    expect(readFileSync(join(folder, "assets/tabulator-LICENSE.txt"), "utf8")).toContain("MIT License");
  });

  it("has links to parts that exist", () => {
    const parts = [...page().matchAll(/href="#([a-z-]*)/g)].map(([, id]) => id!);
    expect(parts.filter((id) => !page().includes(`id="${id}"`))).toEqual([]);
  });

  it("gives each number of Tables 1 and 2 its cell and the command that recomputes it", () => {
    const { systems } = data("systems");
    expect(systems).toHaveLength(results.cells.length);
    for (const { name, right, asked, command } of systems) {
      expect(command).toBe(`npx wov trace ${name} --profile made-up`);
      expect(page()).toContain(`<code>${command}</code>`);
      expect([name, page()]).toEqual([name, expect.stringContaining(`title="${name}: ${right} of ${asked} right.`)]);
    }
    expect(new Set(systems.map(({ name }: { name: string }) => name)).size).toBe(systems.length);
  });

  it("holds the answers that were scored", () => {
    const gold = results.items.map((item) => item.gold);
    for (const [i, { answers, right }] of data("systems").systems.entries()) {
      expect([i, [...answers].filter((answer, n) => answer === gold[n]).length]).toEqual([i, right]);
      expect(data("replies-0")[i].join("")).toBe(answers);
    }
  });

  it("is written from results that are not all there", async () => {
    const { cells } = results;
    const other = mkdtempSync(join(tmpdir(), "wov-report-"));
    const pilot = makeResults({ cells, found: [resultOf(captionCell("llm"), 30), resultOf(pictureCell("vlm"), 22)] });
    for (const some of [pilot, makeResults({ cells, found: [], items: [] })]) {
      const html = readFileSync(await writeReport(other, some, drawPng, paper), "utf8");
      const missing = some.cells.filter((cell) => !some.get(cell)).length;
      expect(html).toContain("Made up");
      expect(html).toContain(`${missing} of ${cells.length} cells have no result yet`);
    }
    rmSync(other, { recursive: true });
  });
});
