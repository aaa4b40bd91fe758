import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { writeAtomic } from "../atomic";
import { escapeHtml } from "../escape";
import type { PaperFacts } from "../published/index";
import type { Results } from "../study/index";
import { auditTable } from "./audit";
import { beforeAfter } from "./before-after";
import { claims } from "./claims";
import { costsTable } from "./costs";
import { agreementTable, fidelityTable } from "./fidelity";
import { hasPoints } from "./figure";
import { figure2, lossFigure, pilotFigure, sizeFigure, validationFigure } from "./figures";
import { chooseItems, type DrawPicture, findItem, itemCard } from "./items";
import { page } from "./page";
import { toPlotly } from "./plotly";
import { lettersFigure, repeatsFigure, sampleStatsTable } from "./sample-stats";
import { seedsTable } from "./seeds";
import { controlsText, lettersText, lossText, pilotText, repeatsText } from "./sentences";
import { sourcesTable } from "./sources";
import { toSvg } from "./svg";
import { NOT_THERE, type Table, toCsv, toHtml, toMarkdown } from "./table";
import { controlsTable, table1, table2 } from "./tables";
import { categoryTable } from "./where";

const MAX_ITEMS = 10;

/** The folder of a profile's report, in the project: that of its file, so that a copy has one of its own. */
export const reportFolder = (profile = "pocket"): string => join("report", basename(profile).replace(/\.ya?ml$/, ""));

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
  const write = (file: string, text: string) => writeAtomic(join(folder, file), text);
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
  // The page says once, at its top, what its numbers are evidence of. Files that may be taken out say it each.
  const table = (name: string) => {
    const found = tables[name];
    return found ? toHtml({ ...found, note: found.note.replace(results.evidence, "").trim() }) : "";
  };
  const figure = (name: string) => drawn[name] ?? "";
  const said = (text: string) => (text ? `<p>${escapeHtml(text)}</p>` : "");
  const cards: string[] = [];
  for (const number of chooseItems(results, MAX_ITEMS))
    cards.push(await itemCard(results, findItem(results, number), draw));
  return [
    `<h1>Words over vision: the ${escapeHtml(results.profile)} study</h1><p>${escapeHtml(results.evidence)}</p>`,
    `<h2>What this run shows</h2>${table("claims")}${table("agreement")}`,
    `<h2>Pilot study</h2>${table("table1")}${said(pilotText(results))}${figure("pilot")}${table("categories")}`,
    `<h2>Training on text alone</h2>${figure("figure2")}${figure("loss")}${said(lossText(results))}${figure("validation")}`,
    `<h2>Which text, and how much</h2>${table("table2")}${figure("sizes")}${table("seeds")}${table("controls")}${said(controlsText(results))}`,
    `<h2>The training text</h2>${table("sources")}${table("sample-stats")}${figure("letters")}${said(lettersText(results))}${figure("repeats")}${said(repeatsText(results))}`,
    `<h2>The benchmark</h2>${table("audit")}`,
    tables.costs ? `<h2>Costs</h2>${table("costs")}` : "",
    `<h2>The paper and this study</h2>${table("fidelity")}`,
    `<h2>${cards.length} items</h2><p>The right action is bold, with a check mark. Items whose answers training changed come first.</p>${cards.join("\n")}`,
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
      { key: "rule", label: "Counts as shown here if" },
      { key: "holds", label: "Shown here?" },
      { key: "numbers", label: "Numbers" },
    ],
    rows: claims(results).map(({ claim, rule, holds, numbers }) => ({
      claim,
      rule,
      holds: holds === undefined ? NOT_THERE : holds ? "yes" : "no",
      numbers,
    })),
  };
}
