/** Everything that notebooks import: the study, its parts, and its tables and figures. */

export { breakDown, readPredictions, readStrict, scoreReplies, scorers } from "./answers/index";
export { priceOf } from "./ask/index";
export { auditBenchmark, type Item, loadBenchmark, summarizeAudit } from "./benchmark/index";
export * from "./notebook/index";
export { planStudy } from "./plan/index";
export { drawItems, rightAction, seedQuestions } from "./pocket/index";
export * from "./prompts/index";
export { comparePublished, loadPaper, loadPublished } from "./published/index";
export { reportFolder, writeReport } from "./report/index";
export { projectRoot } from "./root";
export { DEFAULT_THRESHOLDS, screen } from "./screen/index";
export * from "./show/index";
export { clusteredMean, comparePaired, detectableDifference, holm, mcnemarExact, wilson } from "./stats/index";
export * from "./study/index";
export {
  EXPECTED_PER_CALL,
  estimateGeneration,
  knownTexts,
  loadSeeds,
  readSamples,
  toPromptCompletion,
  toScreenable,
} from "./synthesis/index";
export { openTokenCounter } from "./tokens/index";
export { trace } from "./trace/index";
