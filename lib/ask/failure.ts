import OpenAI from "openai";
import { WovError } from "../errors";
import type { Endpoint, Failure } from "./endpoint";

/** Statuses after which the same request may succeed: time-out, conflict, too many, and the server's own troubles. */
const PASSING = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);
/** Statuses that say the endpoint, the key or the model is wrong, not the request. */
const FATAL = new Set([401, 402, 403, 404, 405]);
const MAX_SHOWN = 300;

/** What an error of the client means for the request and for the others. */
export function toFailure(error: unknown, { baseURL, apiKey }: Endpoint): Failure {
  if (error instanceof WovError)
    return { status: null, message: withoutKey(error.message, apiKey), passing: false, fatal: false };
  const message = withoutKey(messageOf(error), apiKey);
  if (error instanceof OpenAI.APIConnectionError) {
    const text = `${baseURL} cannot be reached or does not answer: ${message}`;
    return { status: null, message: text, passing: true, fatal: false };
  }
  if (!(error instanceof OpenAI.APIError)) return { status: null, message, passing: false, fatal: false };
  const status = error.status ?? null;
  const exhausted = error.code === "insufficient_quota";
  return {
    status,
    message,
    passing: status !== null && PASSING.has(status) && !exhausted,
    fatal: exhausted || (status !== null && FATAL.has(status)),
    retryAfterMs: retryAfter(error.headers),
  };
}

function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  const inner = (cause as { code?: string; message?: string } | undefined) ?? {};
  const root = (inner as { cause?: { code?: string } }).cause?.code ?? inner.code;
  return `${message}${root ? ` (${root})` : ""}`.slice(0, MAX_SHOWN);
}

/** Endpoints like to repeat the key that they refuse. */
function withoutKey(text: string, apiKey: string): string {
  return apiKey.length > 3 ? text.replaceAll(apiKey, "…") : text;
}

/** `Retry-After` in seconds or as a date, or OpenAI's `retry-after-ms`. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const ms = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (ms >= 0) return ms;
  const given = headers?.get("retry-after");
  if (!given) return undefined;
  const seconds = Number(given);
  const wait = Number.isNaN(seconds) ? Date.parse(given) - Date.now() : 1000 * seconds;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
