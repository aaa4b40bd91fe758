/** The pocket world: drawn scenes with stated rules, in VIVA's format. See data/pocket/WORLD.md. */
export { caption } from "./caption";
export { type DrawnItem, drawItems, type ItemSet, TEST_ITEMS, type VivaRow } from "./items";
export { listText } from "./list-text";
export { MODEL_PIXELS, renderPng } from "./picture";
export { type Action, crudeProblems, rationales, rightAction } from "./rules";
export { type WrittenSample, writeSample } from "./sample";
export { drawScene, type Scene, sceneKey } from "./scene";
export { seedSamples } from "./seeds";
export { type CorpusSize, writeCorpus } from "./write-corpus";
