/** Tables, figures and pages: pure functions of results. */
export { auditTable } from "./audit";
export { beforeTraining, sourceLabel, trainedCells, vlmCells } from "./cells";
export { type Claim, claims } from "./claims";
export { type Comparison, comparePredictions, comparisonTable } from "./comparison";
export { costsTable } from "./costs";
export { agreementTable, fidelityTable } from "./fidelity";
export { type Figure, hasPoints, type Panel, type Point, type Series } from "./figure";
export { figure2, lossFigure, pilotFigure, sizeFigure, validationFigure } from "./figures";
export { changesTable, type Gain, gains } from "./gains";
export { chooseItems, type DrawPicture, findItem, itemCard, wrongForAll } from "./items";
export { jobsTable, type RuntimeReport, runtimesTable } from "./jobs";
export {
  accuracy,
  type CellComparison,
  compare,
  interval,
  percent,
  percentText,
  pText,
  rangeText,
  signed,
} from "./numbers";
export { planHtml, planTable, planTotals } from "./plan";
export { type PlotlyFigure, toPlotly } from "./plotly";
export { publishedDoubts, publishedFigure, publishedTable1 } from "./published";
export { claimsTable, reportFolder, writeReport } from "./report";
export { lettersFigure, repeatsFigure, sampleStatsTable, themesFigure } from "./sample-stats";
export { rejectedTable, sampleCards } from "./samples";
export { scorersTable } from "./scorers";
export { breakdownTable, scoresTable, unparsedText } from "./scores";
export { seedsTable } from "./seeds";
export { controlsText, lettersText, lossText, pilotText, repeatsText } from "./sentences";
export { sourcesTable } from "./sources";
export { toSvg } from "./svg";
export { isEmpty, NOT_THERE, type Table, toCsv, toHtml, toMarkdown, toText } from "./table";
export { controlsTable, table1, table2 } from "./tables";
export { categoryTable, positionTable, precisionTable } from "./where";
