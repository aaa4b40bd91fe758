import { APIConnectionError, APIError } from "openai";
import { WovError } from "../errors";
import type { Endpoint } from "./endpoint";

/** Statuses of the 4xx after which the same request may succeed: time-out, conflict, too early, too many. */
const RETRYABLE = new Set([408, 409, 425, 429]);
/** Statuses of the 5xx that stay: not implemented, HTTP version not supported. */
const PERMANENT = new Set([501, 505]);
/** Statuses and codes that say the endpoint, the key, the account or the model is wrong, not the request. */
const FATAL = new Set([401, 402, 403, 404, 405]);
const FATAL_CODES = new Set(["insufficient_quota", "billing_hard_limit_reached", "model_not_found", "invalid_api_key"]);
/** Codes that speak of what the request says, such as "content_filter" and "moderation_blocked". */
const CONTENT_CODE = /content_?(filter|policy)|moderation|safety/i;
/** The longest wait that an endpoint may ask for, in milliseconds. */
const MAX_RETRY_AFTER_MS = 300_000;
/** Characters of an endpoint's message that are kept. */
const MAX_SHOWN = 300;

/** Why a request got no reply. */
export class Failure extends Error {
  /** HTTP status; null where there was none. */
  readonly status: number | null = null;
  /** The API's own name for the error. */
  readonly code?: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean = false;
  /** Whether no other request to this endpoint can succeed now either. */
  readonly fatal: boolean = false;
  /** Whether the endpoint refuses this request for good: it is too long, not allowed, not understood. */
  readonly refused: boolean = false;
  /** Milliseconds that the endpoint asks to wait. */
  readonly retryAfterMs?: number;

  constructor(message: string, more: Partial<Failure> = {}) {
    super(message);
    Object.assign(this, more);
  }
}

/** What an error means for the request and for the others; the key is in no message. */
export function toFailure(error: unknown, { baseURL, apiKey }: Endpoint): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof WovError) return new Failure(error.message, { cause: error });
  const { message, code } = rootOf(error as Error);
  const text = apiKey.length > 3 ? message.replaceAll(apiKey, "…") : message; // endpoints like to repeat a wrong key
  if (error instanceof APIConnectionError) {
    const detail = code && !text.includes(code) ? `${text} (${code})`.trim() : text;
    return new Failure(`${baseURL} cannot be reached or does not answer: ${detail}`, { retryable: true });
  }
  if (!(error instanceof APIError) || error.status === undefined) return new Failure(text);
  return ofResponse(error.status, error, text.slice(0, MAX_SHOWN));
}

/** An error's first cause. */
const rootOf = (error: NodeJS.ErrnoException): NodeJS.ErrnoException =>
  error.cause instanceof Error ? rootOf(error.cause) : error;

function ofResponse(status: number, error: APIError, message: string): Failure {
  const code = typeof error.code === "string" ? error.code : undefined; // some endpoints repeat the status here
  const retryAfterMs = retryAfter(error.headers);
  const fatal = !CONTENT_CODE.test(code ?? "") && (FATAL.has(status) || FATAL_CODES.has(code ?? "") || status < 400);
  const retryable = !fatal && (RETRYABLE.has(status) || (status >= 500 && !PERMANENT.has(status)));
  if (retryable && (retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS)
    return new Failure(`${message}. ${askedToWait(retryAfterMs!)}`, { status, code, fatal: true });
  return new Failure(message, { status, code, retryable, fatal, refused: !fatal && !retryable, retryAfterMs });
}

/** `Retry-After` in seconds or as a date, or OpenAI's `retry-after-ms`. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const ms = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (ms >= 0) return ms;
  const given = headers?.get("retry-after");
  if (!given) return undefined;
  const wait = Number.isNaN(Number(given)) ? Date.parse(given) - Date.now() : 1000 * Number(given);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

const askedToWait = (ms: number) =>
  `It asks to wait until ${new Date(Date.now() + ms).toISOString()}, which is more than ` +
  `${MAX_RETRY_AFTER_MS / 60_000} minutes away. What was answered is kept: run it again then`;

/**
 * Whether failures of requests that all failed say that the endpoint refuses any request, rather than just these: it
 * was asked, and it gave no refusals, or the same one each time. A content filter may well repeat itself.
 */
export const refusesAll = (failures: readonly Failure[]): boolean =>
  failures.every(({ cause }) => !(cause instanceof WovError)) &&
  (failures.some(({ refused }) => !refused) ||
    failures.every(({ message, code }) => message === failures[0]?.message && !CONTENT_CODE.test(code ?? "")));

/** Whether a failure says no more than "not so many at once". */
export const isBusy = ({ status, retryable }: Failure): boolean =>
  retryable && (status === 429 || status === 503 || status === 529);

/** What the client throws for a status; some endpoints say what is wrong beside the field "error". */
export const statusError = (status: number, body: unknown, text?: string, headers = new Headers()): APIError =>
  APIError.generate(status, { error: (body as { error?: unknown } | undefined)?.error ?? body }, text, headers);

/** A success that is not what was asked for. @param what was sent instead, unless it is HTML */
export function unexpected(expected: string, what: string, body: unknown): Error {
  const text = typeof body === "string" ? body : String(JSON.stringify(body));
  const sent = /^\s*</.test(text) ? "HTML, as a proxy or a web page would" : what;
  return new Error(`expected ${expected}, and the endpoint sent ${sent}: ${text.slice(0, 80)}`);
}
