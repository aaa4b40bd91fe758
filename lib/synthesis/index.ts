/** Training text: asking for it, reading it, screening it, splitting it. */
export { QUESTIONS_PER_CALL } from "../prompts/index";
export { type Balanced, balanceLetters, countLetters, type LetterCounts } from "./balance";
export { type Form, PAPER_FORM, type PromptCompletion, toPromptCompletion, trainingPrompt } from "./completion";
export { BATCH_SHARE, estimateGeneration, type GenerationEstimate } from "./estimate";
export {
  callId,
  EXPECTED_PER_CALL,
  type Generation,
  generationRequests,
  seedOrder,
} from "./generate";
export { type CallPlan, planCalls } from "./plan";
export { type ReadSamples, type RejectReason, readSamples } from "./read";
export { type Question, questionSchema, type Sample } from "./sample";
export { describeSamples, type SampleStats } from "./sample-stats";
export { toScreenable } from "./screenable";
export { loadSeeds, type Seed } from "./seeds";
export { knownTexts, makeSet, type Rejection, type SampleSet, type SetOptions } from "./set";
export { type Split, type SplitSamples, splitSamples } from "./split";
