/** The paper's own numbers, and how well they support its statements. */
export { comparePublished, type PublishedComparison, sentences, type Verdict } from "./comparisons";
export { loadPaper, type PaperFacts } from "./facts";
export { countBehind, loadPublished, type Published, type PublishedNumber } from "./numbers";
export {
  type ComparedRow,
  compareWithPaper,
  type FidelityVerdict,
  loadPaperRows,
  type PaperRow,
  valueAt,
} from "./paper";
