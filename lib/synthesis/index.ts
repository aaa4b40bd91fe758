/** Training text: asking for it, reading it, sieving it, cutting it to size. */
export { type PromptCompletion, toPromptCompletion, trainingPrompt } from "./completion";
export { type Generation, generationRequests, QUESTIONS_PER_CALL } from "./generate";
export { type ReadSamples, type RejectReason, readSamples } from "./read";
export type { Sample } from "./sample";
export { type Known, type Screened, screen, shingles, type Thresholds } from "./screen";
export { nestedSubsets, type Subsets } from "./split";
