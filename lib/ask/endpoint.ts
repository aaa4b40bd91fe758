/** A live endpoint that speaks OpenAI's protocol: OpenAI, vLLM, Ollama, … */
export interface Endpoint {
  /** Such as "http://localhost:8000/v1". */
  baseURL: string;
  /** From the environment or `.env`; never written anywhere. */
  apiKey: string;
  /** Requests in flight at once, at the most. */
  concurrency: number;
  /** Milliseconds until a request without an answer is sent again; 120,000 by default. */
  timeoutMs?: number;
}

/** Why a request got no reply. */
export interface Failure {
  /** HTTP status; null where there was none. */
  status: number | null;
  /** What the endpoint, or the network, said; never the key. */
  message: string;
  /** Whether the same request may succeed later. */
  passing: boolean;
  /** Whether no other request to this endpoint can succeed either. */
  fatal: boolean;
  /** Milliseconds that the endpoint asks to wait. */
  retryAfterMs?: number;
}
