/** Requests to replies, in the line formats of OpenAI's batch files. */
export { askBatch } from "./batch";
export type { BatchLimits } from "./batch-files";
export type { BatchAsking } from "./batches";
export { type Account, type Budget, createBudget } from "./budget";
export { embedAll, type Text, vectorsOf } from "./embed";
export { defaultExtra, type Endpoint } from "./endpoint";
export { Failure } from "./failure";
export { apiKeyOf, secretOf } from "./key";
export { askLive, type LiveAsking } from "./live";
export { estimateUsd, type Price, priceOf } from "./price";
export { countReplies, type Reply, replyText, textsById, tokensOf } from "./reply";
export { type Decoding, type Part, pictureRequest, type Request, textRequest } from "./request";
export { askRun, type RunAsking } from "./run";
export { estimateTokens, type Tokens, tokensOfText } from "./tokens";
