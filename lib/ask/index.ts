/** Requests to replies, in the line formats of OpenAI's batch files. */
export { askLive, type Endpoint } from "./live";
export { type Reply, replyText, textsById, tokensOf } from "./reply";
export { type Decoding, type Part, pictureRequest, type Request, textRequest } from "./request";
