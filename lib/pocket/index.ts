/** The pocket world: drawn scenes with stated rules, in VIVA's format. See data/pocket/WORLD.md. */
export { pocketBenchmark } from "./benchmark";
export { caption } from "./caption";
export { type DrawnItem, drawItems, type ItemSet, TEST_ITEMS, type VivaRow } from "./items";
export { MODEL_PIXELS, renderPng } from "./picture";
export { writeQuestion } from "./question";
export { type Action, crudeProblems, rationales, rightAction } from "./rules";
export { drawScene, type Scene, sceneKey } from "./scene";
export { seedQuestions } from "./seeds";
export { startTeacher, type Teacher } from "./teacher";
