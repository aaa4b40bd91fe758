/** From a reply to a choice, and from choices to scores. */
export { type Breakdown, breakDown, type Share } from "./breakdown";
export { forTheJudge, judgePrompt } from "./judge";
export { type PredictionOptions, readPredictions } from "./predictions";
export { type Scores, scoreReplies, type Verdicts } from "./score";
export { type Reader, type Scorer, scorers } from "./scorers";
export { readStrict } from "./strict";
