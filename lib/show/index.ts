/** Tables, figures and pages: pure functions of results. */
export { againstBaseTable } from "./against-base";
export { auditTable } from "./audit";
export { beforeAfter } from "./before-after";
export {
  baseCell,
  beforeTraining,
  largestOf,
  ownSources,
  seedGroups,
  sizesFor,
  sourceLabel,
  trainedCells,
  trainedOn,
  vlmCells,
} from "./cells";
export { type Claim, claims } from "./claims";
export { claimsTable } from "./claims-table";
export { type Comparison, comparePredictions, comparisonTable } from "./comparison";
export { costsTable } from "./costs";
export { comparedCurves } from "./curves";
export {
  type AdjustedDifference,
  type Difference,
  difference,
  differences,
  differenceText,
  meanAccuracy,
  rangeOfPoints,
} from "./differences";
export { agreementTable, fidelityTable } from "./fidelity";
export { type Figure, hasPoints, type Panel, type Point, type Series, wrap } from "./figure";
export { controlsFigure, figure2, lossFigure, pilotFigure, validationFigure } from "./figures";
export { type Flip, type FlipsOf, flips, flipsTable, flipsText } from "./flips";
export { FONT, FONT_SIZE, LETTER, PAGE, printSize } from "./for-print";
export { changesTable, type Gain, gains } from "./gains";
export { type GapClosed, gapsClosed, gapTable, gapText } from "./gap";
export { growthFigures } from "./growth";
export { answersOf, chooseItems, findItem, itemCard, itemHtml, wrongForAll } from "./items";
export { jobsTable, type RuntimeReport, runtimesTable } from "./jobs";
export { labelsText } from "./labels";
export { methodsTable, methodsText } from "./methods";
export { noiseTable, noiseText } from "./noise";
export {
  accuracy,
  type CellComparison,
  compare,
  interval,
  percent,
  percentText,
  pointsText,
  pText,
  rangeText,
  signed,
} from "./numbers";
export { planHtml, planTable, planTotals } from "./plan";
export { type PlotlyFigure, toPlotly } from "./plotly";
export { publishedDoubts, publishedFigure, publishedTable1 } from "./published";
export { placesFigure, placesTable, rotationTable, rotationText } from "./rotation";
export { lettersFigure, repeatsFigure, sampleStatsTable, themesFigure } from "./sample-stats";
export { rejectedTable, sampleCards } from "./samples";
export { scorersTable } from "./scorers";
export { scorersComparedTable, scorersComparedText } from "./scorers-compared";
export { breakdownTable, scoresTable, unparsedText } from "./scores";
export { seedsTable } from "./seeds";
export { selfImprovementTable, selfImprovementText } from "./self-improvement";
export { controlsText, lettersText, lossText, pilotText, repeatsText } from "./sentences";
export { sourcesTable } from "./sources";
export { sourcesComparedTable, sourcesComparedText } from "./sources-compared";
export { toSvg } from "./svg";
export { isEmpty, NOT_THERE, type ShowCell, type Table, toCsv, toHtml, toMarkdown, toText } from "./table";
export { controlsTable, table1, table2 } from "./tables";
export { goldText, noPictureText, stateText, variantsTable } from "./variants";
export { categoryTable, positionTable, precisionTable } from "./where";
