import type { PaperFacts } from "../published/index";
import {
  againstBaseTable,
  agreementTable,
  auditTable,
  categoryTable,
  claimsTable,
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
  sizeFigure,
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

/** A part of the report: its tables, figures, and sentences that are computed from its numbers. */
export interface Part {
  id: string;
  title: string;
  /** In the order of the page. Sentences without numbers are empty. */
  contents: (Table | Figure | string)[];
}

/** All tables and figures of the report. What has nothing to say for this study is left out. */
export function contentsOf(results: Results, { rows, published }: PaperFacts): Part[] {
  const { items, seeds, costs, audit, published: names } = results;
  const parts: Part[] = [
    { id: "claims-table", title: "The claims", contents: [claimsTable(results)] },
    {
      id: "pilot",
      title: "Pilot study: reading against seeing",
      contents: [
        table1(results),
        pilotText(results),
        pilotFigure(results),
        ...(items.length > 0 ? [categoryTable(results)] : []),
      ],
    },
    {
      id: "training",
      title: "Training on text alone",
      contents: [table2(results), figure2(results), lossFigure(results), lossText(results), validationFigure(results)],
    },
    {
      id: "ablations",
      title: "Which text, and how much",
      contents: [
        sizeFigure(results),
        ...growthFigures(results),
        sourcesComparedTable(results),
        sourcesComparedText(results),
        selfImprovementTable(results),
        selfImprovementText(results),
        gapTable(results),
        gapText(results),
        ...(seeds.length > 1 ? [seedsTable(results), noiseTable(results), noiseText(results)] : []),
        againstBaseTable(results),
        controlsTable(results),
        controlsText(results),
      ],
    },
    { id: "flips", title: "Which answers training changes", contents: [flipsTable(results), flipsText(results)] },
    {
      id: "beyond",
      title: "Beyond the paper",
      contents: [
        variantsTable(results),
        noPictureText(results),
        goldText(results),
        rotationTable(results),
        rotationText(results),
        placesTable(results),
        placesFigure(results),
        methodsTable(results),
        methodsText(results),
        scorersComparedTable(results),
        scorersComparedText(results),
      ],
    },
    {
      id: "text",
      title: "The training text",
      contents: [
        sourcesTable(results),
        labelsText(results),
        sampleStatsTable(results),
        lettersFigure(results),
        lettersText(results),
        repeatsFigure(results),
        repeatsText(results),
      ],
    },
    { id: "benchmark", title: "The benchmark", contents: audit ? [auditTable(audit)] : [] },
    {
      id: "costs",
      title: "Costs",
      contents: costs.some(({ usd }) => usd > 0) ? [costsTable(results)] : [],
    },
    {
      id: "paper",
      title: "The paper and this study",
      contents: [
        ...(Object.keys(names.models).length > 0 ? [agreementTable(results, published)] : []),
        fidelityTable(rows),
      ],
    },
  ];
  return parts.map((part) => ({ ...part, contents: part.contents.filter(hasContent) }));
}

/** Whether there is something to show: rows, points, or a sentence. */
const hasContent = (one: Table | Figure | string): boolean =>
  isTable(one) ? !isEmpty(one) || ALWAYS.includes(one.name) : isFigure(one) ? hasPoints(one) : one !== "";

/** The study's main tables, which show what is missing as long as they have no rows. */
const ALWAYS = ["table1", "table2", "controls", "sources", "sample-stats"];

export const isTable = (one: Table | Figure | string): one is Table => typeof one === "object" && "columns" in one;
export const isFigure = (one: Table | Figure | string): one is Figure => typeof one === "object" && "panels" in one;
