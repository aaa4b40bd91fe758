/** Reads the choice from a reply, and scores choices. */
export { type Breakdown, breakDown, type Share } from "./breakdown";
export { itemsToJudge, judgePrompt } from "./judge";
export { type PredictionOptions, readPredictions } from "./predictions";
export { type JudgeReplies, type Scores, scoreReplies } from "./score";
export { type Reader, type Scorer, scorers } from "./scorers";
export { readStrict } from "./strict";
