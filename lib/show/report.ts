import { mkdirSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { PaperFacts } from "../published/index";
import type { Results } from "../study/index";
import { auditTable } from "./audit";
import { beforeAfter } from "./before-after";
import { claims } from "./claims";
import { costsTable } from "./costs";
import { agreementTable, fidelityTable } from "./fidelity";
import { hasPoints } from "./figure";
import { figure2, lossFigure, pilotFigure, sizeFigure, validationFigure } from "./figures";
import { chooseItems, type DrawPicture, itemCard } from "./items";
import { page } from "./page";
import { toPlotly } from "./plotly";
import { lettersFigure, repeatsFigure, sampleStatsTable } from "./sample-stats";
import { seedsTable } from "./seeds";
import { sourcesTable } from "./sources";
import { toSvg } from "./svg";
import { escapeHtml, NOT_THERE, type Table, toCsv, toHtml, toMarkdown } from "./table";
import { controlsTable, table1, table2 } from "./tables";
import { categoryTable } from "./where";

const MAX_ITEMS = 10;

/**
 * Writes the report of a study, as far as it is done, into `folder`: each table as CSV and Markdown, each figure as SVG
 * and plotly's JSON, and `index.html` with all of them and ten items. The same results give the same bytes.
 *
 * @returns path of the page
 */
export async function writeReport(
  folder: string,
  results: Results,
  draw: DrawPicture,
  paper: PaperFacts,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => writeFileAtomic(join(folder, file), text);
  const tables = tablesOf(results, paper);
  for (const table of Object.values(tables)) {
    await write(`${table.name}.csv`, toCsv(table));
    await write(`${table.name}.md`, toMarkdown(table));
  }
  const drawn: Record<string, string> = {};
  const figures = [pilotFigure, figure2, sizeFigure, lossFigure, validationFigure, lettersFigure, repeatsFigure].map(
    (make) => make(results),
  );
  for (const figure of figures.filter(hasPoints)) {
    drawn[figure.name] = await toSvg(figure);
    await write(`${figure.name}.svg`, drawn[figure.name]!);
    await write(`${figure.name}.plotly.json`, `${JSON.stringify(toPlotly(figure))}\n`);
  }
  if (results.items.length > 0) await write("before-after.svg", await beforeAfter(results, draw));
  await write("index.html", page("Words over vision", await body(results, tables, drawn, draw)));
  return join(folder, "index.html");
}

/** All tables of the report; those that have nothing to say for this study are left out. */
function tablesOf(results: Results, { rows, published }: PaperFacts): Record<string, Table> {
  const { items, seeds, costs, audit, published: names } = results;
  const made = [
    table1(results),
    table2(results),
    ...(seeds.length > 1 ? [seedsTable(results)] : []),
    controlsTable(results),
    sourcesTable(results),
    sampleStatsTable(results),
    claimsTable(results),
    ...(items.length > 0 ? [categoryTable(results)] : []),
    ...(audit ? [auditTable(audit)] : []),
    ...(costs.some(({ usd }) => usd > 0) ? [costsTable(results)] : []),
    ...(Object.keys(names.models).length > 0 ? [agreementTable(results, published)] : []),
    fidelityTable(rows),
  ];
  return Object.fromEntries(made.map((table) => [table.name, table]));
}

async function body(
  results: Results,
  tables: Record<string, Table>,
  drawn: Record<string, string>,
  draw: DrawPicture,
): Promise<string> {
  const table = (name: string) => (tables[name] ? toHtml(tables[name]) : "");
  const figure = (name: string) => drawn[name] ?? "";
  const cards: string[] = [];
  for (const position of chooseItems(results, MAX_ITEMS)) cards.push(await itemCard(results, position, draw));
  return [
    `<h1>Words over vision: the ${escapeHtml(results.profile)} study</h1><p>${escapeHtml(results.evidence)}</p>`,
    `<h2>What this run shows</h2>${table("claims")}${table("agreement")}`,
    `<h2>Pilot study</h2>${table("table1")}${figure("pilot")}${table("categories")}`,
    `<h2>Training on text alone</h2>${figure("figure2")}${figure("loss")}${figure("validation")}`,
    `<h2>Which text, and how much</h2>${table("table2")}${figure("sizes")}${table("seeds")}${table("controls")}`,
    `<h2>The training text</h2>${table("sources")}${table("sample-stats")}${figure("letters")}${figure("repeats")}`,
    `<h2>The benchmark</h2>${table("audit")}`,
    tables.costs ? `<h2>Costs</h2>${table("costs")}` : "",
    `<h2>The paper and this study</h2>${table("fidelity")}`,
    `<h2>${cards.length} items</h2><p>The right action is bold. Items whose answers training changed come first.</p>${cards.join("\n")}`,
  ].join("\n");
}

/** The claims as a table. */
export function claimsTable(results: Results): Table {
  return {
    name: "claims",
    title: "What the paper found, and whether this run shows it",
    note:
      "Differences are in points, on the items that both saw; p is corrected by Holm within each row (exact McNemar test, " +
      `or a sign-flip test over clusters if the benchmark repeats questions). ${results.evidence}`,
    columns: [
      { key: "claim", label: "Claim" },
      { key: "holds", label: "Shown here?" },
      { key: "numbers", label: "Numbers" },
    ],
    rows: claims(results).map(({ claim, holds, numbers }) => ({
      claim,
      holds: holds === undefined ? NOT_THERE : holds ? "yes" : "no",
      numbers,
    })),
  };
}
