/** Requests to replies, in the line formats of OpenAI's batch files. */
export { askBatch, type BatchAsking } from "./batch";
export { type Budget, createBudget, estimateUsd, type Price, priceOf } from "./budget";
export { embedAll, type Text, vectorsOf } from "./embed";
export type { Endpoint, Failure } from "./endpoint";
export { apiKeyOf, secretOf } from "./key";
export { askLive, type LiveAsking } from "./live";
export { type Reply, replyText, textsById, tokensOf } from "./reply";
export { type Decoding, type Part, pictureRequest, type Request, textRequest } from "./request";
export { askRun, type RunAsking } from "./run";
