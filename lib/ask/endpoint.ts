import { WovError } from "../errors";
import type { Budget } from "./budget";
import type { Price } from "./price";

/** An endpoint that speaks OpenAI's protocol: OpenAI, vLLM, Ollama, … */
export interface Endpoint {
  /** Such as "http://localhost:8000/v1". */
  baseURL: string;
  /** From the environment or `.env`; never written anywhere. */
  apiKey: string;
  /** What the model costs there, in this mode of asking; nothing by default. */
  price?: Price;
  /** The most requests in flight at once. */
  concurrency: number;
  /** Milliseconds until a request without an answer is sent again; 120,000 by default. */
  timeoutMs?: number;
  /**
   * Fields added to the body of each chat request; null leaves out one that it has. They change replies, so a run's
   * spec has to name them.
   */
  extra?: Readonly<Record<string, unknown>>;
}

/** An endpoint, and what limits and follows its use. */
export interface Connection {
  endpoint: Endpoint;
  budget?: Budget;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
  /** What a person should know while it goes on, such as why it waits. */
  onNotice?(message: string): void;
}

/** Whether an address has nothing but its place: no name, password or query, in which people put keys. */
export function isPlainAddress(address: string): boolean {
  const { username, password, search, hash } = new URL(address);
  return !(username || password || search || hash);
}

/**
 * Refuses an address with a name, password or query: none can work, since the client adds a path behind it, and a key
 * in an address ends up in logs. The message does not repeat them.
 *
 * @throws WovError that says what to do instead
 */
export function checkAddress(address: string): void {
  if (isPlainAddress(address)) return;
  const { origin, pathname } = new URL(address);
  throw new WovError(
    `the address of the endpoint has a name, password or query in it: give ${origin}${pathname} alone. The key belongs ` +
      "in the environment or in .env, as OPENAI_API_KEY",
    2,
  );
}

/** The host of an endpoint's address; the port of a server on this machine does not tell models apart. */
export function hostOf(baseURL: string): string {
  const { hostname } = new URL(baseURL);
  return ["127.0.0.1", "[::1]", "0.0.0.0"].includes(hostname) ? "localhost" : hostname;
}

/**
 * What `extra` is by default. vLLM applies the repetition penalty of a model's own generation config unless a
 * request sets one, and greedy decoding would not be greedy. OpenAI refuses fields that it does not know.
 */
export const defaultExtra = (baseURL: string): Endpoint["extra"] =>
  /\.openai\.(azure\.)?com$/.test(hostOf(baseURL)) ? undefined : { repetition_penalty: 1 };

/** Whether an endpoint is on this machine, where it needs no key and costs nothing. */
export const isLocal = (baseURL: string): boolean => hostOf(baseURL) === "localhost";
