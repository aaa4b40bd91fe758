/** The paper's own numbers, and how well they support its statements. */
export { comparePublished, type PublishedComparison, sentences, type Verdict } from "./comparisons";
export { countBehind, loadPublished, type Published, type PublishedNumber } from "./numbers";
