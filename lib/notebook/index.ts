/** Functions that need a notebook's kernel: showing results, running a study, asking a model; and examples to show. */
export { askInNotebook, type NotebookTask } from "./ask";
export { showAudit } from "./audit";
export { showFigure, showFolded, showFrame, showItems, showPlan, showSamples, showTable, showText } from "./display";
export { showDrawing } from "./drawings";
export {
  type ExampleItem,
  type ExampleSource,
  exampleItem,
  exampleItems,
  exampleSource,
  findBenchmark,
} from "./examples";
export { type RunInNotebookOptions, runInNotebook } from "./follow";
export { showJobs, showRuntime } from "./jobs";
export { resultsOverSeeds } from "./over-seeds";
export { type SampleRow, sampleRows } from "./samples";
