import { WovError } from "../errors";
import { EndpointError } from "./client";
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
export function toFailure(error: unknown, endpoint: Endpoint): Failure {
  if (error instanceof Failure) return error;
  const message = withoutKey((error as Error).message, endpoint.apiKey);
  if (error instanceof EndpointError) return ofResponse(error, message);
  const { code } = error as NodeJS.ErrnoException;
  const ofNetwork = code !== undefined && !(error instanceof WovError) && !code.startsWith("ERR_");
  if (!ofNetwork) return new Failure(message, { cause: error });
  const detail = message.includes(code) ? message : `${message} (${code})`.trim();
  return new Failure(`${endpoint.baseURL} cannot be reached or does not answer: ${detail}`, { retryable: true });
}

function ofResponse({ status, code, retryAfterMs }: EndpointError, message: string): Failure {
  if (status === null) return new Failure(message);
  const content = CONTENT_CODE.test(code ?? "");
  const fatal = !content && (FATAL.has(status) || FATAL_CODES.has(code ?? "") || status < 400);
  const retryable = !fatal && (RETRYABLE.has(status) || (status >= 500 && !PERMANENT.has(status)));
  if (retryable && (retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS)
    return new Failure(`${message}. ${askedToWait(retryAfterMs!)}`, { status, code, fatal: true });
  return new Failure(message, { status, code, retryable, fatal, refused: !fatal && !retryable, retryAfterMs });
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

/** Endpoints like to repeat the key that they refuse. */
const withoutKey = (text: string, apiKey: string): string => (apiKey.length > 3 ? text.replaceAll(apiKey, "…") : text);
