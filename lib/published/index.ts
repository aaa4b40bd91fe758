/** The paper's own numbers, and what they can bear. */
export { comparePublished, type PublishedComparison, sentences, type Verdict } from "./comparisons";
export { countBehind, loadPublished, type Published, type PublishedNumber } from "./numbers";
