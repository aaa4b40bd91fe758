/** Reads the choice from a reply, and scores choices. */
export { type Breakdown, breakDown, type Share } from "./breakdown";
export { itemsToJudge, judgePrompt } from "./judge";
export type { Likelihood, Likelihoods } from "./likelihood";
export { describePredictions, type PredictionOptions, readLikelihoods, readPredictions } from "./predictions";
export { type BesideReplies, type JudgeReplies, type Scores, scoreReplies } from "./score";
export { type Reader, readers, type Scorer, scorers, scorersFor } from "./scorers";
export { readStrict } from "./strict";
