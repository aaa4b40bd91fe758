import { escapeHtml } from "../escape";
import { chooseItems, type Figure, findItem, itemHtml, type Table, toHtml } from "../show/index";
import type { Results } from "../study/index";
import type { SystemsData } from "./browser/data";
import { isFigure, isTable, type Part } from "./contents";
import { findingsHtml } from "./findings";
import { limitsOf } from "./limits";
import { numbersHtml, runsHtml } from "./method";
import { linkNumbers, type Reasons } from "./numbers";
import type { View } from "./page";
import { traceFileCommand } from "./systems";

/** Items that stand on the page itself, for print and where there are no scripts. */
const MAX_ITEMS = 10;

/** What the views are made of. */
interface Contents {
  results: Results;
  parts: readonly Part[];
  systems: SystemsData;
  /** Names of the pictures' files, by the numbers of their items. */
  pictures: ReadonlyMap<number, string>;
  reasons: Reasons;
}

/** All views of the page, in the order of its navigation. */
export function viewsOf(contents: Contents): View[] {
  const { results, parts, systems } = contents;
  const show = partHtml(contents);
  const of = (...ids: string[]) => parts.filter(({ id }) => ids.includes(id)).map(show);
  const inMethod = ["claims-table", "costs", "paper"];
  const shown = parts.filter(({ id, contents }) => !inMethod.includes(id) && contents.length > 0);
  const hasItems = systems.systems.length > 0 && results.items.length > 0;
  return [
    {
      id: "findings",
      name: "Findings",
      title: `What the ${results.profile} study shows`,
      html:
        `<p class="evidence-note">${escapeHtml(results.evidence)}</p>${findingsHtml(results, systems.systems)}` +
        `<details><summary>The claims as a table</summary>${of("claims-table").join("")}</details>` +
        `<p class="more">A number in a table leads to the answers behind it. <a href="#method">How each number was obtained</a>, and <a href="#limits">what this study does not show</a>.</p>`,
    },
    {
      id: "results",
      name: "Tables and figures",
      title: "Tables and figures",
      html: `${contentsList(shown)}${shown.map(show).join("")}`,
    },
    ...(hasItems
      ? [
          {
            id: "items",
            name: "Items",
            title: "Every answer of every system",
            html: `${appHtml("items-app")}${tenItems(contents)}`,
          },
        ]
      : []),
    {
      id: "samples",
      name: "Training text",
      title: "The training text, kept and rejected",
      html: appHtml("samples-app"),
    },
    ...(hasItems ? [{ id: "play", name: "Play", title: "Play it yourself", html: appHtml("play-app") }] : []),
    {
      id: "method",
      name: "Method and limits",
      title: "How each number was obtained",
      html: methodHtml(contents, of("costs", "paper")),
    },
  ];
}

const contentsList = (parts: readonly Part[]): string =>
  `<ul class="contents">${parts.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`).join("")}</ul>`;

/** Where a script builds a browser; without scripts, a line says so. */
const appHtml = (id: string): string =>
  `<div class="app" id="${id}"></div><p class="needs-script">This part needs JavaScript. Tables and figures do not.</p>`;

function partHtml({ results, systems, reasons }: Contents): (part: Part) => string {
  const link = linkNumbers(results, systems.systems, reasons);
  // The page says once, at its top, what its numbers are evidence of. Files that may be taken out say it each.
  const tableHtml = (table: Table) =>
    `<figure class="table">${toHtml({ ...table, note: table.note.replace(results.evidence, "").trim() }, link(table))}` +
    `${caption(table.name, ["csv", "md"])}</figure>`;
  const figureHtml = ({ name, title }: Figure) =>
    `<figure class="picture"><div><img src="${name}.svg" alt="${escapeHtml(title)}" loading="lazy"></div>` +
    `${caption(name, ["svg", "plotly.json"])}</figure>`;
  const caption = (name: string, endings: string[]) =>
    `<figcaption>${files(name, endings)} <span class="again">To recompute it: <code>${escapeHtml(
      traceFileCommand(results, `${name}.${endings[0]}`),
    )}</code></span></figcaption>`;
  const show = (one: Part["contents"][number]) => {
    if (isTable(one)) return tableHtml(one);
    if (isFigure(one)) return figureHtml(one);
    return `<p class="said">${withCommands(one)}</p>`;
  };
  return ({ id, title, contents }) =>
    contents.length === 0
      ? ""
      : `<section class="part" id="${id}"><h2>${escapeHtml(title)}</h2>${contents.map(show).join("")}</section>`;
}

/** A sentence with commands in it, which stand between backticks. */
const withCommands = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");

const files = (name: string, endings: readonly string[]): string =>
  endings.map((ending) => `<a href="${name}.${ending}">${name}.${ending}</a>`).join(" ");

/** Some items for print and where there are no scripts: those whose answers training changed come first. */
function tenItems({ results, pictures }: Contents): string {
  const cards = chooseItems(results, MAX_ITEMS).map((number) =>
    itemHtml(results, findItem(results, number), pictures.has(number) ? `pictures/${pictures.get(number)}` : undefined),
  );
  return `<div class="still"><h2>${cards.length} items</h2><p>The right action is bold, with a check mark.</p>${cards.join("\n")}</div>`;
}

const methodHtml = ({ results, systems }: Contents, more: readonly string[]): string =>
  `<p>Each number of this report is computed from finished runs, and each run records what it was made from. A <b>cell</b> names a number: model, input, and training. <code>npx wov trace CELL</code>, run in the project’s folder, shows the chain from the number to its runs, samples and seeds, and recomputes it.</p>` +
  `<section class="part" id="limits"><h2>What this study does not show</h2><ul>${limitsOf(results)
    .map((one) => `<li>${escapeHtml(one)}</li>`)
    .join("")}</ul></section>` +
  `<section class="part" id="numbers"><h2>Each number, its cell and its command</h2>${numbersHtml(systems.systems)}</section>` +
  `<section class="part" id="runs"><h2>Time, cost and hardware</h2>${runsHtml(results)}</section>${more.join("")}`;
