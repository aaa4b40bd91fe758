/** What needs a notebook's kernel: showing, following, asking. */
export { askInNotebook, type NotebookTask } from "./ask";
export { showFigure, showItems, showSamples, showTable } from "./display";
export { runInNotebook } from "./follow";
