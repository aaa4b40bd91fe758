/** Training text: requests for it, reading replies, screening, balancing and splitting samples. */
export { QUESTIONS_PER_CALL } from "../prompts/index";
export { type BalancedSample, balanceLetters, countLetters, type LetterCounts } from "./balance";
export {
  applyCheck,
  type Check,
  type CheckAnswers,
  checkRequests,
  isConfirmed,
  readCheck,
} from "./check";
export {
  type Form,
  formSpec,
  PAPER_FORM,
  type PromptCompletion,
  toPromptCompletion,
  trainingPrompt,
} from "./completion";
export { type Dataset, datasetIdentity, readDataset } from "./dataset";
export { estimateGeneration, type GenerationEstimate } from "./estimate";
export {
  callId,
  EXPECTED_PER_CALL,
  type Generation,
  generationRequests,
  seedOrder,
} from "./generate";
export { type CallPlan, planCalls } from "./plan";
export { type ParsedReply, type RejectReason, readSamples } from "./read";
export { LETTERS, type Question, questionSchema, type Sample } from "./sample";
export { toJsonLines } from "./sample-lines";
export { describeSamples, type SampleStats } from "./sample-stats";
export { toScreenable } from "./screenable";
export { loadSeeds, type Seed, seedSamples } from "./seeds";
export { knownTexts, makeSet, type Rejection, type SampleSet, type SetOptions, screenSet } from "./set";
export { type SampleSplit, type Split, splitSamples } from "./split";
