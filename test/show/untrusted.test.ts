import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPaper } from "../../lib/published/index";
import { projectRoot } from "../../lib/root";
import { rejectedTable, sampleCards, toHtml, writeReport } from "../../lib/show/index";
import type { Results } from "../../lib/study/index";
import { ATTACK, rawIn } from "../attack";
import { makeResults } from "./results";

/** Results in which every text of others is an attack. */
function plantedResults(): Results {
  const results = makeResults();
  const items = results.items.map((item) => ({
    ...item,
    category: ATTACK,
    situation: `${ATTACK} ${item.index}`,
    options: item.options.map(({ letter }) => ({ letter, text: ATTACK })),
  }));
  const planted = (labels: Record<string, string>) =>
    Object.fromEntries(Object.keys(labels).map((id) => [id, `${ATTACK} ${id}`]));
  const { models, sources } = results.labels;
  const [source] = results.sources;
  return {
    ...results,
    evidence: ATTACK,
    profile: ATTACK,
    items,
    get: results.get,
    captions: new Map(items.map(({ index }) => [index, ATTACK])),
    labels: { models: planted(models), sources: planted(sources) },
    missingPictures: { [ATTACK]: 1 },
    costs: [
      {
        name: ATTACK,
        endpoint: ATTACK,
        model: ATTACK,
        mode: "live",
        paid: 1,
        refused: 0,
        prompt: 1,
        completion: 1,
        usd: 1,
        run: ATTACK,
      },
    ],
    sources: [
      {
        ...source!,
        label: ATTACK,
        counts: { ...source!.counts, [ATTACK]: 1 },
        letters: { written: { [ATTACK]: 24 }, balanced: { [ATTACK]: 24 } },
        stats: { ...source!.stats, commonPrefixes: [{ text: ATTACK, samples: 1 }], themes: { [ATTACK]: 3 } },
      },
    ],
  } as Results;
}

/** The elements of an HTML text, and the attributes of each. */
const elementsOf = (html: string) =>
  [...html.matchAll(/<\/?([a-z][a-z0-9]*)([^>]*)>/gi)].map(([, name, rest]) => [name!, rest!] as const);

const KNOWN =
  /^(html|head|meta|title|style|body|main|h1|h2|p|b|i|small|div|details|summary|pre|ul|li|br|img|table|caption|thead|tbody|tr|th|td|svg|g|path|line|rect|text|image|tspan|defs|clipPath)$/;

/** No element but the kit's own, no event handler, and no picture from elsewhere. */
function expectOwnElements(html: string) {
  expect(rawIn(html)).toBeNull();
  const elements = elementsOf(html);
  expect(elements.length).toBeGreaterThan(0);
  expect([...new Set(elements.map(([name]) => name))].filter((name) => !KNOWN.test(name))).toEqual([]);
  for (const [name, attributes] of elements) {
    expect(attributes).not.toMatch(/\son\w+=/);
    if (name === "img") expect(attributes).toContain('src="data:image/png;base64,');
  }
}

describe("a report whose texts are attacks", () => {
  const folder = mkdtempSync(join(tmpdir(), "wov-planted-"));
  const files = (ending: string) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  beforeAll(() => writeReport(folder, plantedResults(), async () => Buffer.from("p"), loadPaper(projectRoot(), {})));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has a page with no element but its own", () => {
    const [[, page]] = files("index.html") as [[string, string]];
    expect(page).toContain("&lt;script&gt;");
    expectOwnElements(page);
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
});

it("cards of samples and tables of rejected ones show what a model wrote as text", () => {
  const sample = {
    id: ATTACK,
    situation: ATTACK,
    question: ATTACK,
    options: [{ letter: ATTACK, text: ATTACK }],
    answer: ATTACK,
    rationale: ATTACK,
    call: "c",
  };
  expectOwnElements(sampleCards({ kept: [sample as never], replies: { c: ATTACK } }, 1));
  expectOwnElements(
    toHtml(rejectedTable({ rejected: [{ reason: ATTACK as never, what: ATTACK, twin: ATTACK, call: ATTACK }] })),
  );
});
