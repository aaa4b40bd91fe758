/** Functions that need a notebook's kernel: showing results, running a study, asking a model. */
export { askInNotebook, type NotebookTask } from "./ask";
export { showFigure, showItems, showSamples, showTable } from "./display";
export { runInNotebook } from "./follow";
