import { isRecord, stringOf } from "./error-body";

/**
 * What an answer with the status 200 says. `end` tells why a reply ends: "cut off" at the token limit, "filtered" by
 * the endpoint, "whole" otherwise.
 */
export type Body = { kind: "reply"; text: string; end: ReplyEnd } | { kind: "error" } | { kind: "unknown" };
export type ReplyEnd = "whole" | "cut off" | "filtered";

const CUT_OFF = /^(?:length|max_?(?:output_|completion_)?tokens|model_length)$/i;
const FILTERED = /filter|safety|recitation|prohibited|blocklist|sensitive|^refusal$/i;
/** Reasons with which endpoints end a reply that they could not finish. */
const FAILED = /error|abort|cancel|fail|insufficient|overload|time_?out|unavailable/i;

/**
 * Reads the body of an answer: a chat completion, a completion, or OpenAI's `/v1/responses`. This is the only place
 * that decides what a reply is, for endpoints, batches, runs and files of predictions. A text that is absent, null or
 * empty is the same: an empty reply.
 */
export function readBody(body: unknown): Body {
  if (!isRecord(body)) return { kind: "unknown" };
  if (Array.isArray(body.choices) && body.choices.length > 0) return readChoice(firstOf(body.choices), body.error);
  if (body.error) return { kind: "error" };
  if (Array.isArray(body.output) || typeof body.output_text === "string") return readResponse(body);
  return body.object === "error" || body.status === "failed" ? { kind: "error" } : { kind: "unknown" };
}

/** The choice with the lowest index, wherever it stands. */
function firstOf(choices: readonly unknown[]): unknown {
  const indexOf = (choice: unknown) => (isRecord(choice) && typeof choice.index === "number" ? choice.index : 0);
  return choices.reduce((first, choice) => (indexOf(choice) < indexOf(first) ? choice : first));
}

function readChoice(choice: unknown, error: unknown): Body {
  if (!isRecord(choice)) return { kind: "unknown" };
  const reason = stringOf(choice.finish_reason);
  if (error || choice.error || FAILED.test(reason)) return { kind: "error" };
  const end = endOf(reason);
  if (isRecord(choice.message)) return replyOf(choice.message.content, choice.message.refusal, end);
  return "text" in choice ? replyOf(choice.text, undefined, end) : { kind: "unknown" };
}

/** `/v1/responses`: its output has messages beside reasoning and calls of tools. */
function readResponse({ output, output_text, status, incomplete_details }: Record<string, unknown>): Body {
  if (status === "failed" || status === "cancelled") return { kind: "error" };
  const end = endOf(isRecord(incomplete_details) ? stringOf(incomplete_details.reason) : "");
  if (!Array.isArray(output)) return replyOf(output_text, undefined, end);
  const messages = output.filter(isRecord).filter(({ type }) => type === undefined || type === "message");
  const parts = messages.flatMap(({ content }) => (Array.isArray(content) ? content : [content ?? ""]));
  return replyOf(parts, undefined, end);
}

const endOf = (reason: string): ReplyEnd =>
  CUT_OFF.test(reason) ? "cut off" : FILTERED.test(reason) ? "filtered" : "whole";

/** A refusal is what the model says where it says nothing else. */
function replyOf(content: unknown, refusal: unknown, end: ReplyEnd): Body {
  const text = textOf(content);
  if (text === undefined) return { kind: "unknown" };
  return { kind: "reply", text: text || (typeof refusal === "string" ? refusal : ""), end };
}

/** The text of a message's content, which may be in parts; parts that are reasoning are left out. */
function textOf(content: unknown): string | undefined {
  if (content === null || content === undefined) return "";
  if (typeof content === "string") return content;
  if (typeof content === "number") return String(content);
  if (!Array.isArray(content)) return isRecord(content) ? partOf(content) : undefined;
  return content.map((part) => (isRecord(part) ? partOf(part) : typeof part === "string" ? part : "")).join("");
}

function partOf({ type, text, refusal }: Record<string, unknown>): string {
  if (type !== undefined && !/^(?:(?:output_)?text|refusal)$/.test(stringOf(type))) return "";
  const said = isRecord(text) ? text.value : (text ?? refusal);
  return typeof said === "string" ? said : "";
}
