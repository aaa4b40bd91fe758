/** Requests to replies, in the line formats of OpenAI's batch files. */
export { type ServedAdapter, serveAdapter } from "./adapters";
export { askBatch } from "./batch";
export type { BatchOptions } from "./batches";
export { readBody } from "./body";
export { type Account, type Budget, createBudget } from "./budget";
export { createClient } from "./client";
export { embedAll, type Text, vectorsOf } from "./embed";
export {
  type Connection,
  checkAddress,
  defaultExtra,
  type Endpoint,
  hostOf,
  isLocal,
  isPlainAddress,
} from "./endpoint";
export { Failure, toFailure } from "./failure";
export { API_KEY, keyOf } from "./key";
export { askLive } from "./live";
export { spentTokens } from "./notes";
export {
  BATCH_SHARE,
  batchPrice,
  estimateUsd,
  FREE,
  loadPrices,
  type Price,
  priceAt,
  priceOf,
  priceWarning,
  usdOf,
} from "./price";
export {
  checkReplies,
  countReplies,
  describeCounts,
  manifestCounts,
  type Reply,
  type ReplyCounts,
  textsById,
  tokensOf,
} from "./reply";
export { type Decoding, type Part, pictureRequest, type Request, textRequest } from "./request";
export { askRun, groupEqual } from "./run";
export { withoutThinking } from "./thinking";
export { estimateTokens, type Tokens, tokensOfText } from "./tokens";
