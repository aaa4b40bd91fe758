import { mkdirSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { Findings } from "../study/index";
import { beforeAfter } from "./before-after";
import { type Claim, claims } from "./claims";
import { figure2, lossFigure, pilotFigure, sizeFigure } from "./figures";
import { chooseItems, type DrawPicture, itemCard } from "./items";
import { lettersFigure, repeatsFigure, sampleStatsTable } from "./looks";
import { page } from "./page";
import { toPlotly } from "./plotly";
import { toSvg } from "./svg";
import { escapeHtml, type Table, toCsv, toHtml, toMarkdown } from "./table";
import { controlsTable, table1, table2, writtenTable } from "./tables";

const MAX_SHOWN_ITEMS = 10;

/**
 * Writes the report of finished findings into `folder`: each table as CSV and Markdown, each figure as SVG and
 * plotly's JSON, and `index.html` with all of them and ten items. The same findings give the same bytes.
 *
 * @returns path of the page
 */
export async function writeReport(folder: string, findings: Findings, draw: DrawPicture): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => writeFileAtomic(join(folder, file), text);
  const tables = [
    table1(findings),
    table2(findings),
    controlsTable(findings),
    writtenTable(findings),
    sampleStatsTable(findings),
    claimsTable(findings),
  ];
  for (const table of tables) {
    await write(`${table.name}.csv`, toCsv(table));
    await write(`${table.name}.md`, toMarkdown(table));
  }
  const drawn: Record<string, string> = {};
  const figures = [pilotFigure, figure2, sizeFigure, lossFigure, lettersFigure, repeatsFigure];
  for (const figure of figures.map((make) => make(findings))) {
    drawn[figure.name] = await toSvg(figure);
    await write(`${figure.name}.svg`, drawn[figure.name]!);
    await write(`${figure.name}.plotly.json`, `${JSON.stringify(toPlotly(figure))}\n`);
  }
  await write("before-after.svg", beforeAfter(findings, draw));
  await write("index.html", page("Words over vision", body(findings, tables, drawn, draw)));
  return join(folder, "index.html");
}

function body(findings: Findings, tables: Table[], drawn: Record<string, string>, draw: DrawPicture): string {
  const [first, second, controls, written, looks, claimed] = tables.map(toHtml);
  const cards = chooseItems(findings, MAX_SHOWN_ITEMS).map((i) => itemCard(findings, i, draw));
  return [
    `<h1>Words over vision: the ${escapeHtml(findings.profile)} study</h1><p>${escapeHtml(findings.evidence)}</p>`,
    `<h2>What this run shows</h2>${claimed}`,
    `<h2>Pilot study</h2>${first}${drawn.pilot}`,
    `<h2>Training on text alone</h2>${drawn.figure2}${drawn.loss}`,
    `<h2>Which text, and how much</h2>${second}${drawn.sizes}${controls}`,
    `<h2>The training text</h2>${written}${looks}${drawn.letters}${drawn.repeats}`,
    `<h2>${MAX_SHOWN_ITEMS} items</h2><p>Bold: the right action. Shown are items whose answers training changed, for better or worse.</p>${cards.join("\n")}`,
  ].join("\n");
}

/** The claims as a table. */
export function claimsTable(findings: Findings): Table {
  const rows = claims(findings).map(({ claim, holds, numbers }: Claim) => ({
    claim,
    holds: holds ? "yes" : "no",
    numbers,
  }));
  return {
    name: "claims",
    title: "What the paper found, and whether this run shows it",
    note: `Differences in points, with the exact p of McNemar's test on the same items. ${findings.evidence}`,
    columns: [
      { key: "claim", label: "Claim" },
      { key: "holds", label: "Shown here?" },
      { key: "numbers", label: "Numbers" },
    ],
    rows,
  };
}
