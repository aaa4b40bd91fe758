/** Requests to replies, in the line formats of OpenAI's batch files. */
export { askBatch } from "./batch";
export type { BatchOptions } from "./batches";
export { type Account, type Budget, createBudget } from "./budget";
export { embedAll, type Text, vectorsOf } from "./embed";
export { type Connection, defaultExtra, type Endpoint, hostOf } from "./endpoint";
export { Failure } from "./failure";
export { apiKeyOf, secretOf } from "./key";
export { askLive } from "./live";
export { estimateUsd, type Price, priceOf } from "./price";
export { countReplies, type Reply, textsById, tokensOf } from "./reply";
export { type Decoding, type Part, pictureRequest, type Request, textRequest } from "./request";
export { askRun } from "./run";
export { estimateTokens, type Tokens, tokensOfText } from "./tokens";
