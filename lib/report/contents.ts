import type { PaperFacts } from "../published/index";
import {
  againstBaseTable,
  agreementTable,
  auditTable,
  categoryTable,
  claimsTable,
  controlsFigure,
  controlsTable,
  controlsText,
  costsTable,
  type Figure,
  fidelityTable,
  figure2,
  flipsTable,
  flipsText,
  gapTable,
  gapText,
  goldText,
  growthFigures,
  hasPoints,
  isEmpty,
  labelsText,
  lettersFigure,
  lettersText,
  lossFigure,
  lossText,
  methodsTable,
  methodsText,
  noiseTable,
  noiseText,
  noPictureText,
  pilotFigure,
  pilotText,
  placesFigure,
  placesTable,
  repeatsFigure,
  repeatsText,
  rotationTable,
  rotationText,
  sampleStatsTable,
  scorersComparedTable,
  scorersComparedText,
  seedsTable,
  selfImprovementTable,
  selfImprovementText,
  sourcesComparedTable,
  sourcesComparedText,
  sourcesTable,
  type Table,
  table1,
  table2,
  validationFigure,
  variantsTable,
} from "../show/index";
import type { Results } from "../study/index";
import { overSeedsClaims, overSeedsTable, overSeedsText } from "./over-seeds";

/** A part of the report: its tables, figures, and sentences that are computed from its numbers. */
export interface Part {
  id: string;
  title: string;
  /** In the order of the page. Sentences without numbers are empty. */
  contents: (Table | Figure | string)[];
}

type Make<T> = (results: Results, paper: PaperFacts) => T;

/** A table, a figure or a sentence, and the function that computes it; undefined where it does not apply to a study. */
export interface Entry {
  kind: "table" | "figure" | "text";
  /** The name of its files. Sentences have none. */
  name?: string;
  make: Make<Table | Figure | Figure[] | string | undefined>;
}

const table = (name: string, make: Make<Table | undefined>): Entry => ({ kind: "table", name, make });
const figure = (name: string, make: Make<Figure | Figure[]>): Entry => ({ kind: "figure", name, make });
const text = (make: Make<string>): Entry => ({ kind: "text", make });

/** All that the report can show. */
export const PARTS: readonly { id: string; title: string; entries: readonly Entry[] }[] = [
  { id: "claims-table", title: "The claims", entries: [table("claims", claimsTable)] },
  {
    id: "pilot",
    title: "Pilot study: reading against seeing",
    entries: [
      table("table1", table1),
      text((results) => pilotText(results)),
      figure("pilot", pilotFigure),
      table("categories", (results) => (results.items.length > 0 ? categoryTable(results) : undefined)),
    ],
  },
  {
    id: "training",
    title: "Training on text alone",
    entries: [
      table("table2", table2),
      figure("figure2", figure2),
      figure("loss", lossFigure),
      text(lossText),
      figure("validation", validationFigure),
    ],
  },
  {
    id: "over-seeds",
    title: "How firm the findings are: more seeds and builds",
    entries: [text(overSeedsText), table("over-seeds-claims", overSeedsClaims), table("over-seeds", overSeedsTable)],
  },
  {
    id: "ablations",
    title: "Which text, and how much",
    entries: [
      figure("growth", growthFigures),
      table("sources-compared", sourcesComparedTable),
      text(sourcesComparedText),
      table("self-improvement", selfImprovementTable),
      text(selfImprovementText),
      table("gap", gapTable),
      text(gapText),
      table("seeds", (results) => (results.seeds.length > 1 ? seedsTable(results) : undefined)),
      table("noise", (results) => (results.seeds.length > 1 ? noiseTable(results) : undefined)),
      text(noiseText),
      table("against-base", againstBaseTable),
      table("controls", controlsTable),
      figure("controls-figure", controlsFigure),
      text(controlsText),
    ],
  },
  {
    id: "flips",
    title: "Which answers training changes",
    entries: [table("flips", (results) => flipsTable(results)), text((results) => flipsText(results))],
  },
  {
    id: "beyond",
    title: "Beyond the paper",
    entries: [
      table("variants", variantsTable),
      text(noPictureText),
      text(goldText),
      table("rotation", rotationTable),
      text(rotationText),
      table("places", placesTable),
      figure("places", placesFigure),
      table("methods", methodsTable),
      text(methodsText),
      table("scorers-compared", scorersComparedTable),
      text(scorersComparedText),
    ],
  },
  {
    id: "text",
    title: "The training text",
    entries: [
      table("sources", sourcesTable),
      text(labelsText),
      table("sample-stats", sampleStatsTable),
      figure("letters", lettersFigure),
      text(lettersText),
      figure("repeats", repeatsFigure),
      text(repeatsText),
    ],
  },
  {
    id: "benchmark",
    title: "The benchmark",
    entries: [table("audit", ({ audit }) => audit && auditTable(audit))],
  },
  {
    id: "costs",
    title: "Costs",
    entries: [
      table("costs", (results) => (results.costs.some(({ usd }) => usd > 0) ? costsTable(results) : undefined)),
    ],
  },
  {
    id: "paper",
    title: "The paper and this study",
    entries: [
      table("agreement", (results, { published }) =>
        Object.keys(results.published.models).length > 0 ? agreementTable(results, published) : undefined,
      ),
      table("fidelity", (_, { rows }) => fidelityTable(rows)),
    ],
  },
];

/** The table or the figure whose files have a name; a figure may be one of several, such as "growth-2". */
export function findEntry(kind: "table" | "figure", name: string): Entry | undefined {
  const entries = PARTS.flatMap((part) => part.entries).filter((entry) => entry.kind === kind);
  return entries.find((entry) => entry.name === name.replace(/-\d+$/, ""));
}

/** All tables and figures of the report. What has nothing to say for this study is left out. */
export const contentsOf = (results: Results, paper: PaperFacts): Part[] =>
  PARTS.map(({ id, title, entries }) => ({
    id,
    title,
    contents: entries.flatMap(({ make }) => make(results, paper) ?? []).filter(hasContent),
  }));

/** Whether there is something to show: rows, points, or a sentence. */
const hasContent = (one: Table | Figure | string): boolean =>
  isTable(one) ? !isEmpty(one) || ALWAYS.includes(one.name) : isFigure(one) ? hasPoints(one) : one !== "";

/** The study's main tables, which show what is missing as long as they have no rows. */
const ALWAYS = ["table1", "table2", "controls", "sources", "sample-stats"];

export const isTable = (one: Table | Figure | string): one is Table => typeof one === "object" && "columns" in one;
export const isFigure = (one: Table | Figure | string): one is Figure => typeof one === "object" && "panels" in one;
