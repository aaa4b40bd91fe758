import {
  againstBaseTable,
  categoryTable,
  claimsTable,
  controlsTable,
  type Figure,
  figure2,
  flipsTable,
  gapTable,
  growthFigures,
  lettersFigure,
  lossFigure,
  methodsTable,
  noiseTable,
  pilotFigure,
  placesFigure,
  placesTable,
  repeatsFigure,
  rotationTable,
  sampleStatsTable,
  scorersComparedTable,
  seedsTable,
  selfImprovementTable,
  sizeFigure,
  sourcesComparedTable,
  sourcesTable,
  type Table,
  table1,
  table2,
  validationFigure,
  variantsTable,
} from "../show/index";
import type { Results } from "../study/index";

/*
 * By the name of its files, the function that computes a table or figure from the results. What is not here is found
 * among all that the report or `wov figures` writes, which takes longer, and counts as made from every cell.
 */

export const tables: Record<string, (results: Results) => Table | undefined> = {
  "against-base": againstBaseTable,
  categories: categoryTable,
  claims: claimsTable,
  controls: controlsTable,
  flips: (results) => flipsTable(results),
  gap: gapTable,
  methods: methodsTable,
  noise: noiseTable,
  places: placesTable,
  rotation: rotationTable,
  "sample-stats": sampleStatsTable,
  "scorers-compared": scorersComparedTable,
  seeds: seedsTable,
  "self-improvement": selfImprovementTable,
  sources: sourcesTable,
  "sources-compared": sourcesComparedTable,
  table1,
  table2,
  variants: variantsTable,
};

export const figures: Record<string, (results: Results) => Figure | undefined> = {
  figure2,
  growth: (results) => growthFigures(results).find(({ name }) => name === "growth"),
  letters: lettersFigure,
  loss: lossFigure,
  pilot: pilotFigure,
  places: placesFigure,
  repeats: repeatsFigure,
  sizes: sizeFigure,
  validation: validationFigure,
};
