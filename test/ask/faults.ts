import type { ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

/**
 * What becomes of the request that a fault hits. "read": it ends with the text that was meant. "empty": it ends with
 * no text, and is counted. "kept": the answer is not understood, and kept as it came. "refused": the reason is
 * recorded. All of these are never asked again. "failed": the next run asks it again. "stops": nothing more is sent.
 */
type Outcome = "read" | "empty" | "kept" | "refused" | "failed" | "stops";

/** A good answer, as a JSON text, and how a fault writes it. */
type Write = (response: ServerResponse, good: string) => unknown;

/** A fault of an endpoint. */
export interface Fault {
  outcome: Outcome;
  /** How often it happens; by default always. */
  times?: number;
  /** The answer's status and JSON body, from the text that was meant. They may also stand in a batch's output file. */
  answer?(text: string): { status: number; headers?: Record<string, string>; body: unknown };
  /** Anything else that a server may do to an answer, also to one with vectors or with a file. */
  write?: Write;
  /** What the error or the record says. */
  says?: RegExp;
}

export const KEY = "sk-live-0123456789abcdef";

const choice = (more: object) => ({ choices: [{ index: 0, finish_reason: "stop", ...more }] });
const ok =
  (body: (text: string) => unknown): Fault["answer"] =>
  (text) => ({ status: 200, body: body(text) });
const content = (of: (text: string) => unknown, more: object = {}): Fault["answer"] =>
  ok((text) => ({ ...choice({ message: { role: "assistant", content: of(text) } }), ...more }));
const says =
  (status: number, body: unknown, headers = {}): Fault["answer"] =>
  () => ({ status, body, headers });
const usage = (prompt_tokens: unknown, completion_tokens?: unknown): Fault => ({
  outcome: "read",
  answer: content((text) => text, { usage: { prompt_tokens, completion_tokens } }),
});
const sent =
  (encode: (good: string) => string | Buffer, headers: Record<string, string> = {}): Write =>
  (response, good) =>
    response.writeHead(200, { "content-type": "application/json", ...headers }).end(encode(good));
/** Sends half of an answer and closes the connection. */
const half: Write = (response, good) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write(good.slice(0, good.length / 2), () => response.destroy());
};
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (text: string) => event({ id: "1", choices: [{ index: 0, delta: { content: text } }] });
const end = event({ id: "1", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
/** A good answer's text as a stream, in two pieces. */
const stream = (ending: string): Write =>
  sent(
    (good) => {
      const text = JSON.parse(good).choices[0].message.content as string;
      return `: ping\n\n${chunk(text.slice(0, 1))}${chunk(text.slice(1))}${ending}`;
    },
    { "content-type": "text/event-stream" },
  );
const MEGABYTE = " ".repeat(2 ** 20);

/** Faults by name. */
export const faults: Record<string, Fault> = {
  // Other forms of a reply.
  "content in parts": {
    outcome: "read",
    answer: content((text) => [...text].map((one) => ({ type: "text", text: one }))),
  },
  "parts with thinking": {
    outcome: "read",
    answer: content((text) => [
      { type: "thinking", thinking: [{ text: "C?" }] },
      { type: "text", text },
    ]),
  },
  "reasoning in another field": {
    outcome: "read",
    answer: ok((text) => choice({ message: { content: text, reasoning_content: "The answer is C.", reasoning: "C" } })),
  },
  "several choices, the first one last": {
    outcome: "read",
    answer: ok((text) => ({
      choices: [
        { index: 1, message: { content: "C" } },
        { index: 0, message: { content: text } },
      ],
    })),
  },
  "a text completion": { outcome: "read", answer: ok((text) => choice({ text })) },
  "/v1/responses": {
    outcome: "read",
    answer: ok((text) => ({
      status: "completed",
      error: null,
      output: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "C" }] },
        { type: "message", role: "assistant", content: [{ type: "output_text", text }] },
      ],
      usage: { input_tokens: 10, output_tokens: 1 },
    })),
  },
  "error null beside choices": { outcome: "read", answer: content((text) => text, { error: null }) },
  // Odd usage.
  "no usage": { outcome: "read", answer: content((text) => text) },
  "usage null": { outcome: "read", answer: content((text) => text, { usage: null }) },
  "usage that is a text": { outcome: "read", answer: content((text) => text, { usage: "10" }) },
  "usage without completion": usage(10),
  "usage in texts": usage("10", "2"),
  "negative usage": usage(-1e9, -1),
  "usage of 0": usage(0, 0),
  "usage of nulls": usage(null, null),
  "usage beyond all numbers": {
    outcome: "read",
    write: sent((good) =>
      good.replace(/"usage":\{[^}]*\}/, '"usage":{"prompt_tokens":1e999,"completion_tokens":1e308}'),
    ),
  },
  // Nothing said.
  "content null": { outcome: "empty", answer: content(() => null) },
  "content absent": { outcome: "empty", answer: content(() => undefined) },
  "content empty": { outcome: "empty", answer: content(() => "") },
  "no parts": { outcome: "empty", answer: content(() => []) },
  "thinking up to the limit": {
    outcome: "empty",
    answer: ok(() => choice({ finish_reason: "length", message: { content: null, reasoning_content: "C?" } })),
  },
  "a filter that leaves nothing": {
    outcome: "empty",
    answer: ok(() => choice({ finish_reason: "content_filter", message: {} })),
  },
  "a response without a message": {
    outcome: "empty",
    answer: ok(() => ({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" }, output: [] })),
  },
  // Errors with the status 200.
  "a router's 429": {
    outcome: "read",
    times: 2,
    answer: says(200, { choices: null, error: { code: 429, message: "slow down" } }),
  },
  "a rate limit in words": {
    outcome: "read",
    times: 1,
    answer: says(200, { error: "Rate limit exceeded, try later" }),
  },
  "an overloaded server behind": {
    outcome: "read",
    times: 1,
    answer: says(200, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
  },
  "an error of no kind": {
    outcome: "read",
    times: 1,
    answer: says(200, { error: { message: "Provider returned error" } }),
  },
  "a reply that ends with an error": {
    outcome: "read",
    times: 1,
    answer: ok(() => choice({ finish_reason: "error", message: { content: "C" } })),
  },
  "a choice that is an error": {
    outcome: "read",
    times: 1,
    answer: ok(() => choice({ error: { code: 502 }, message: { content: "" } })),
  },
  "a failed response": {
    outcome: "read",
    times: 1,
    answer: says(200, { status: "failed", error: { code: "server_error", message: "x" }, output: [] }),
  },
  "a policy, with the status 200": {
    outcome: "refused",
    says: /not allowed here/,
    answer: says(200, { error: { code: "content_policy_violation", message: "not allowed here" } }),
  },
  "a wrong key, with the status 200": {
    outcome: "stops",
    says: /401 no such key/,
    answer: says(200, { error: { code: 401, message: "no such key" } }),
  },
  // Answers that nobody understands.
  "another object": { outcome: "kept", answer: says(200, { result: "B" }) },
  "a list": { outcome: "kept", answer: says(200, [1, 2]) },
  "a choice without a message": { outcome: "kept", answer: says(200, { choices: [{ index: 0, tokens: [7] }] }) },
  "plain text": { outcome: "kept", answer: says(200, "B") },
  // Answers on their way.
  "a stream": { outcome: "read", write: stream(`${end}data: [DONE]\n\n`) },
  "a stream that breaks off": { outcome: "read", times: 1, write: stream("") },
  gzip: { outcome: "read", write: sent(gzipSync, { "content-encoding": "gzip" }) },
  brotli: { outcome: "read", write: sent(brotliCompressSync, { "content-encoding": "br" }) },
  deflate: { outcome: "read", write: sent(deflateSync, { "content-encoding": "deflate" }) },
  "a byte order mark": { outcome: "read", write: sent((good) => `\uFEFF${good}`) },
  "UTF-16": {
    outcome: "read",
    write: sent((good) => Buffer.from(good, "utf16le"), { "content-type": "application/json; charset=utf-16le" }),
  },
  "a type that is wrong": { outcome: "read", write: sent((good) => good, { "content-type": "text/plain" }) },
  "a break": { outcome: "read", times: 1, write: half },
  "a break that looks like an end": {
    outcome: "read",
    times: 1,
    write: sent((good) => good.slice(0, good.length / 2)),
  },
  "a break in gzip": {
    outcome: "read",
    times: 1,
    write: sent((good) => gzipSync(good).subarray(0, 30), { "content-encoding": "gzip" }),
  },
  "an empty answer": { outcome: "read", times: 1, write: sent(() => "") },
  silence: { outcome: "read", times: 1, write: () => {} },
  "silence after the start": {
    outcome: "read",
    times: 1,
    write: (response, good) => response.writeHead(200).write(good.slice(0, 9)),
  },
  "an answer that never ends": {
    outcome: "read",
    times: 1,
    write: (response) => {
      const timer = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(timer));
    },
  },
  "a hang-up": { outcome: "read", times: 1, write: (response) => response.destroy() },
  "a web page": {
    outcome: "failed",
    times: 1,
    says: /sent HTML/,
    write: sent(() => "<html><title>Sign in</title></html>", { "content-type": "text/html" }),
  },
  "20 MB": { outcome: "kept", says: /larger than 16 MB/, write: sent((good) => good + MEGABYTE.repeat(20)) },
  "100 MB in 100 kB": {
    outcome: "kept",
    says: /larger than 16 MB/,
    write: sent((good) => gzipSync(good + MEGABYTE.repeat(100)), { "content-encoding": "gzip" }),
  },
  // Errors, in all the forms of their bodies.
  "OpenAI's refusal": {
    outcome: "refused",
    says: /400 too long/,
    answer: says(400, { error: { message: "too long", code: "context_length_exceeded", param: null } }),
  },
  "vLLM's error": {
    outcome: "refused",
    says: /400 too long/,
    answer: says(400, { object: "error", message: "too long", code: 400 }),
  },
  "FastAPI's error": { outcome: "refused", says: /422 too long/, answer: says(422, { detail: "too long" }) },
  "FastAPI's list": {
    outcome: "refused",
    says: /422 body\.top_k: too large/,
    answer: says(422, { detail: [{ loc: ["body", "top_k"], msg: "too large", type: "x" }] }),
  },
  "Mistral's error": {
    outcome: "refused",
    says: /422 body\.x: too long/,
    answer: says(422, { object: "error", message: { detail: [{ loc: ["body", "x"], msg: "too long" }] } }),
  },
  "Google's list": {
    outcome: "refused",
    says: /400 too long/,
    answer: says(400, [{ error: { code: 400, message: "too long", status: "INVALID_ARGUMENT" } }]),
  },
  "Azure's filter": {
    outcome: "refused",
    says: /400 filtered/,
    answer: says(400, { error: { message: "filtered", code: "content_filter", innererror: { code: "x" } } }),
  },
  "Ollama's error": { outcome: "refused", says: /400 too long/, answer: says(400, { error: "too long" }) },
  "a router's error": {
    outcome: "refused",
    says: /400 Provider returned error: too long/,
    answer: says(400, { error: { message: "Provider returned error", code: 400, metadata: { raw: "too long" } } }),
  },
  "an error in text": { outcome: "refused", says: /400 too long/, answer: says(400, "too long") },
  "an error in a web page": { outcome: "read", times: 1, answer: says(502, "<html><title>Bad gateway</title></html>") },
  "a busy server": {
    outcome: "read",
    times: 2,
    answer: says(429, { message: "slow down" }, { "retry-after-ms": "5" }),
  },
  "a wrong key": { outcome: "stops", says: /401 no such key/, answer: says(401, { message: "no such key" }) },
  "a fault in between": { outcome: "read", times: 1, answer: says(500, {}) },
};

/** Faults of endpoints that embed texts: what becomes of an answer with vectors. */
export const vectorFaults: Record<string, Fault> = {
  "another order": { outcome: "read", write: sent((good) => changed(good, (data) => data.reverse())) },
  "no indices": {
    outcome: "read",
    write: sent((good) => changed(good, (data) => data.map(({ index: _, ...rest }) => rest))),
  },
  "the same index twice": {
    outcome: "stops",
    says: /vectors of one length/,
    write: sent((good) => changed(good, (data) => data.map((one) => ({ ...one, index: 0 })))),
  },
  "a vector that is missing": {
    outcome: "stops",
    says: /vectors of one length/,
    write: sent((good) => changed(good, (data) => data.slice(1))),
  },
  "a vector with a hole": {
    outcome: "stops",
    says: /vectors of one length/,
    write: sent((good) => good.replace(/\[0,/, "[null,")),
  },
  "a router's 429": { outcome: "read", times: 1, write: sent(() => '{"error":{"code":429,"message":"slow down"}}') },
  "a wrong key, with the status 200": {
    outcome: "stops",
    says: /401 no such key/,
    write: sent(() => '{"error":{"code":401,"message":"no such key"}}'),
  },
};

type Vector = { index?: number; embedding: number[] };
const changed = (good: string, change: (data: Vector[]) => Vector[]) => {
  const body = JSON.parse(good) as { data: Vector[] };
  return JSON.stringify({ ...body, data: change(body.data) });
};

/** Writes the answer of a fault: `good` is the answer that was meant, and `text` the text in it. */
export function writeFault({ answer, write }: Fault, response: ServerResponse, good: string, text = ""): void {
  if (write) return void write(response, good);
  const { status, headers, body } = answer!(text);
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
