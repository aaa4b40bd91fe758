/** Tables, figures and pages: pure functions of findings, and what shows them. */
export { askInNotebook, breakdownTable, type NotebookAsking } from "./ask";
export { auditTable } from "./audit";
export { type Claim, claims } from "./claims";
export { showFigure, showItems, showMarkdown, showSamples, showTable } from "./display";
export type { Figure, Panel, Point, Series } from "./figure";
export { figure2, lossFigure, pilotFigure, sizeFigure } from "./figures";
export { runInNotebook } from "./follow";
export { chooseItems, type DrawPicture, itemCard } from "./items";
export { lettersFigure, repeatsFigure, sampleStatsTable, themesFigure } from "./looks";
export { accuracy, compare, interval, percent, pText, signed } from "./numbers";
export { type PlotlyFigure, toPlotly } from "./plotly";
export { publishedDoubts, publishedFigure, publishedTable1 } from "./published";
export { claimsTable, writeReport } from "./report";
export { scorersTable } from "./scorers";
export { toSvg } from "./svg";
export { type Table, toCsv, toHtml, toMarkdown } from "./table";
export { before, controlsTable, table1, table2, writtenTable } from "./tables";
export { categoryTable, positionTable, precisionTable } from "./where";
