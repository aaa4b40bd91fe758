import OpenAI, { type ClientOptions } from "openai";
import { request } from "undici";
import type { Connection } from "./endpoint";
import { statusError } from "./failure";

const TIMEOUT_MS = 120_000;

/**
 * OpenAI's client for an endpoint. It sends each request once and follows no redirect; what is worth another try is
 * the sender's decision. The signal ends what is in flight.
 */
export const createClient = ({ endpoint: { baseURL, apiKey, timeoutMs = TIMEOUT_MS }, signal }: Connection): OpenAI =>
  new Client({ baseURL, apiKey, maxRetries: 0, fetch: createFetch(timeoutMs, signal) });

class Client extends OpenAI {
  protected override makeStatusError(status: number, body: object, text: string | undefined, headers: Headers) {
    return statusError(status, body, text, headers);
  }
}

/**
 * `fetch` by undici's `request`, which takes far less CPU time: that counts where thousands of short requests are
 * sent. The timeout is for silence, so that a large file may take longer. `signal` takes the place of the client's
 * own signals, because the client never removes its listeners from a signal that is passed to each request.
 */
function createFetch(timeout: number, signal: AbortSignal | undefined): ClientOptions["fetch"] {
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
    const text = await response.body.text();
    return new Response(text || null, {
      status: response.statusCode,
      headers: { "content-type": "application/json", ...(response.headers as Record<string, string>) },
    });
  };
  return Object.assign(send, { Response }); // without it, the client would fetch a URL to see if forms can be sent
}
