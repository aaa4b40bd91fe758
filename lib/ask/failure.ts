import { APIConnectionError, APIError } from "openai";
import { WovError } from "../errors";
import type { Endpoint } from "./endpoint";
import { impliedStatus, readErrorBody } from "./error-body";
import { createRedactor } from "./redact";

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
/** A hundred years: what is further away cannot be written as a date. */
const MAX_DATE_MS = 100 * 365 * 86_400_000;
/** Characters of an endpoint's message that are kept, and of an answer that is not understood. */
const MAX_SHOWN = 300;
const MAX_RAW = 100_000;

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
  /** The field of the request that the endpoint names. */
  readonly param?: string;
  /** Whether the endpoint has answered, and may charge for it, although the answer is of no use. */
  readonly answered: boolean = false;
  /** What the endpoint has sent, where it was not understood. */
  readonly raw?: string;

  constructor(message: string, more: Partial<Failure> = {}) {
    super(message);
    Object.assign(this, more);
  }
}

/** What an error means for the request and for the others; the key is in no message. */
export function toFailure(error: unknown, { baseURL, apiKey }: Endpoint): Failure {
  const root = rootOf(error as Error);
  if (root instanceof Failure) return root;
  if (error instanceof WovError) return new Failure(error.message, { cause: error });
  const redact = createRedactor(apiKey); // endpoints like to repeat a wrong key
  const text = redact(root.message); // before it is cut: half a key is not recognised
  if (error instanceof SyntaxError)
    return new Failure(`the answer broke off: ${text}`, { retryable: true, answered: true });
  if (error instanceof APIConnectionError) {
    const detail = root.code && !text.includes(root.code) ? `${text} (${root.code})`.trim() : text;
    return new Failure(`${baseURL} cannot be reached or does not answer: ${detail}`, { retryable: true });
  }
  if (!(error instanceof APIError) || error.status === undefined) return new Failure(text);
  return ofResponse(error.status, error, shorten(text));
}

const shorten = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);

/** An error's first cause. */
const rootOf = (error: NodeJS.ErrnoException): NodeJS.ErrnoException =>
  error.cause instanceof Error && !(error instanceof Failure) ? rootOf(error.cause) : error;

function ofResponse(status: number, error: APIError, message: string): Failure {
  const code = typeof error.code === "string" ? error.code : undefined; // some endpoints repeat the status here
  const param = typeof error.param === "string" ? error.param : undefined;
  if (status >= 300 && status < 400) return redirected(status, error.headers);
  const retryAfterMs = retryAfter(error.headers);
  const fatal = !CONTENT_CODE.test(code ?? "") && (FATAL.has(status) || FATAL_CODES.has(code ?? ""));
  const retryable = !fatal && (RETRYABLE.has(status) || (status >= 500 && !PERMANENT.has(status)));
  if (retryable && (retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS)
    return new Failure(`${message}. ${askedToWait(retryAfterMs!)}`, { status, code, fatal: true });
  return new Failure(message, { status, code, param, retryable, fatal, refused: !fatal && !retryable, retryAfterMs });
}

/** A redirect is not followed: the prompts would go to an address that nobody has named. */
function redirected(status: number, headers: Headers | undefined): Failure {
  const location = headers?.get("location");
  const to = location ? ` to ${shorten(location)}` : "";
  return new Failure(`${status}: it redirects${to}, which is not followed. If that is the right address, name it`, {
    status,
    fatal: true,
  });
}

/** `Retry-After` in seconds or as a date, or OpenAI's `retry-after-ms`. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const ms = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (ms >= 0) return Math.min(MAX_DATE_MS, ms);
  const given = headers?.get("retry-after");
  if (!given) return undefined;
  const wait = Number.isNaN(Number(given)) ? Date.parse(given) - Date.now() : 1000 * Number(given);
  return Number.isNaN(wait) ? undefined : Math.min(MAX_DATE_MS, Math.max(0, wait));
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
  (failures.some(({ refused, raw }) => !refused || raw !== undefined) ||
    failures.every(({ message, code }) => message === failures[0]?.message && !CONTENT_CODE.test(code ?? "")));

/** Whether a failure says no more than "not so many at once". */
export const isBusy = ({ status, retryable }: Failure): boolean =>
  retryable && (status === 429 || status === 503 || status === 529);

/** What the client throws for a status, with what the body says in whatever form. */
export function statusError(status: number, body: unknown, headers = new Headers()): APIError {
  const { message, code, param } = readErrorBody(body);
  const error = message === undefined && code === undefined ? undefined : { message: message ?? code, code, param };
  return APIError.generate(status, { error }, undefined, headers);
}

/** An error that came with the status 200 is what it would be with the status that it stands for. */
export function toFailureInBody(body: unknown, endpoint: Endpoint): Failure {
  const failure = toFailure(statusError(impliedStatus(body), body), endpoint);
  return new Failure(`${failure.message} (in an answer with the status 200)`, failure);
}

/**
 * A success that is not what was asked for. A web page comes from a proxy or a wrong address, and nobody was paid for
 * it. Anything else is kept as it is: it may have been charged.
 */
export function unexpected(expected: string, body: unknown): Failure {
  const text = typeof body === "string" ? body : String(JSON.stringify(body));
  if (text.trim() === "") return new Failure("the answer is empty", { retryable: true, answered: true });
  if (/^\s*</.test(text))
    return new Failure(
      `expected ${expected}, and the endpoint sent HTML, as a proxy or a web page would: ${shorten(text)}`,
    );
  return new Failure(`expected ${expected}, and the endpoint sent something else: ${shorten(text)}`, {
    code: "not_understood",
    refused: true,
    answered: true,
    raw: text.slice(0, MAX_RAW),
  });
}
