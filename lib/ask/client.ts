import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import type { Endpoint } from "./endpoint";

/** A request to an endpoint's API. */
export interface Call {
  method: "GET" | "POST";
  /** Under the endpoint's address, such as "chat/completions". */
  path: string;
  /** Sent as JSON unless `type` names another content type. */
  body?: string | Buffer;
  type?: string;
}

/** A response that says no, or one that is not what the API promises. */
export class EndpointError extends Error {
  constructor(
    message: string,
    /** HTTP status; null where the response was a success of the wrong form. */
    readonly status: number | null,
    /** The API's own name for the error, such as "content_filter". */
    readonly code?: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

const TIMEOUT_MS = 120_000;
const MAX_SHOWN = 300;

/**
 * Sends one request, once, and returns the text of its response. `node:http` takes less than half the CPU time of
 * `fetch`, which counts where thousands of short requests are sent.
 *
 * @throws EndpointError for any status but 2xx; the network's own error where there was no response
 */
export function callEndpoint(endpoint: Endpoint, call: Call, signal?: AbortSignal): Promise<string> {
  const url = new URL(`${endpoint.baseURL.replace(/\/+$/, "")}/${call.path}`);
  const open = url.protocol === "https:" ? overHttps : overHttp;
  const headers = {
    authorization: `Bearer ${endpoint.apiKey}`,
    ...(call.body !== undefined && { "content-type": call.type ?? "application/json" }),
  };
  const timeout = endpoint.timeoutMs ?? TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    const request = open(url, { method: call.method, headers, timeout, signal }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        const status = response.statusCode!;
        if (status >= 200 && status < 300) resolve(text);
        else reject(toEndpointError(status, parse(text) ?? text, response.headers));
      });
    });
    request.on("timeout", () => request.destroy(timedOut(timeout)));
    request.on("error", reject);
    request.end(call.body);
  });
}

const timedOut = (ms: number) => Object.assign(new Error(`no answer within ${ms / 1000} s`), { code: "ETIMEDOUT" });

/** The same, for responses that are JSON. */
export async function callJson<T>(endpoint: Endpoint, call: Call, signal?: AbortSignal): Promise<T> {
  const text = await callEndpoint(endpoint, call, signal);
  const body = parse(text);
  if (body === undefined) throw unexpected("JSON", "text", text);
  return body as T;
}

/** What an error response means, from its status and body; a line of a batch's error file holds the same two. */
export function toEndpointError(
  status: number,
  body: unknown,
  headers: Record<string, string | string[] | undefined> = {},
): EndpointError {
  const { error, ...outer } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const { message, code } = (typeof error === "object" && error !== null ? error : outer) as Record<string, unknown>;
  const said = message ?? error ?? (typeof body === "string" ? body : JSON.stringify(body));
  return new EndpointError(
    `${status} ${String(said || "without a message").slice(0, MAX_SHOWN)}`,
    status,
    typeof code === "string" ? code : undefined,
    retryAfter(headers),
  );
}

/** A success that is not what was asked for. @param what the endpoint sent instead, unless it is HTML */
export function unexpected(expected: string, what: string, text: string): EndpointError {
  const sent = /^\s*</.test(text) ? "HTML, as a proxy or a web page would" : what;
  return new EndpointError(`expected ${expected}, and the endpoint sent ${sent}: ${text.slice(0, 80)}`, null);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `Retry-After` in seconds or as a date, or OpenAI's `retry-after-ms`. */
function retryAfter(headers: Record<string, string | string[] | undefined>): number | undefined {
  const ms = Number.parseFloat(String(headers["retry-after-ms"]));
  if (ms >= 0) return ms;
  const given = headers["retry-after"];
  if (!given) return undefined;
  const seconds = Number(given);
  const wait = Number.isNaN(seconds) ? Date.parse(String(given)) - Date.now() : 1000 * seconds;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
