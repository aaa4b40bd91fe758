import OpenAI, { type ClientOptions } from "openai";
import { request } from "undici";
import type { Connection } from "./endpoint";
import { Failure, statusError } from "./failure";
import { receiveText } from "./receive";
import { createRedactor } from "./redact";
import { joinStream } from "./stream";

const TIMEOUT_MS = 120_000;
/** An answer may take so many times as long as its start. */
const TOTAL_FACTOR = 5;
const MAX_BYTES = 16 * 2 ** 20;
/** A batch's output file has up to 50,000 replies. */
const MAX_FILE_BYTES = 500 * 2 ** 20;
const MAX_FILE_MS = 3_600_000;

/**
 * OpenAI's client for an endpoint. It sends each request once and follows no redirect; what is worth another try is
 * the sender's decision. The key is removed from all that the endpoint sends. The signal ends what is in flight.
 */
export function createClient({ endpoint, signal }: Connection): OpenAI {
  const { baseURL, apiKey, timeoutMs = TIMEOUT_MS } = endpoint;
  return new Client({ baseURL, apiKey, maxRetries: 0, fetch: createFetch(apiKey, timeoutMs, signal) });
}

class Client extends OpenAI {
  protected override makeStatusError(status: number, body: object, text: string | undefined, headers: Headers) {
    return statusError(status, body ?? text, headers);
  }
}

/**
 * `fetch` by undici's `request`, which takes far less CPU time: that counts where thousands of short requests are
 * sent. The timeout is for the start and for silence; there is another one for the whole, and a limit of its size.
 * `signal` takes the place of the client's own signals, because the client never removes its listeners from a signal
 * that is passed to each request.
 */
function createFetch(apiKey: string, timeout: number, signal: AbortSignal | undefined): ClientOptions["fetch"] {
  const redact = createRedactor(apiKey);
  const send = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { method, headers, body = null } = init;
    if (body instanceof FormData) return fetch(url, { ...init, signal, redirect: "manual" });
    const response = await request(url as string, {
      method: method as "GET" | "POST",
      headers: headers as Headers,
      body: body as string | null,
      signal,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    const isFile = /\/files\/[^/]+\/content$/.test(String(url));
    const limits = isFile
      ? { maxBytes: MAX_FILE_BYTES, maxMs: MAX_FILE_MS }
      : { maxBytes: MAX_BYTES, maxMs: TOTAL_FACTOR * timeout };
    const text = redact(await receiveText(response.body, response.headers, limits));
    return asResponse(response.statusCode, response.headers as Record<string, string>, isFile ? text : whole(text));
  };
  return Object.assign(send, { Response }); // without it, the client would fetch a URL to see if forms can be sent
}

/** A text as it is, or the JSON that a stream adds up to. @throws Failure if the stream broke off */
function whole(text: string): string {
  const joined = joinStream(text);
  if (joined === "broken off") throw new Failure("the answer broke off", { retryable: true, answered: true });
  return joined ? JSON.stringify(joined) : text;
}

/** The type is that of the text, whatever the endpoint calls it: the client reads only JSON as such. */
function asResponse(status: number, headers: Record<string, string>, text: string): Response {
  const kept = { ...headers };
  for (const name of ["content-encoding", "content-length", "content-type"]) delete kept[name];
  const type = /^\s*[[{]/.test(text) ? "application/json" : "text/plain";
  const body = [204, 205, 304].includes(status) ? null : text || null; // these may have none
  return new Response(body, { status, headers: { ...kept, "content-type": type } });
}
