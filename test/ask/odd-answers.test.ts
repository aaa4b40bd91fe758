import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createBatchApi } from "../../lib/ask/batch-api";
import { recordOf } from "../../lib/ask/batch-files";
import { createClient } from "../../lib/ask/client";
import { askBatch, askLive, askRun, defaultExtra, embedAll, textRequest } from "../../lib/ask/index";
import { usageOf } from "../../lib/ask/reply";
import { openRun } from "../../lib/store/index";
import { type Outcome, serveBatches } from "./batch-server";
import { listen } from "./listen";

const root = mkdtempSync(join(tmpdir(), "wov-odd-"));
afterAll(() => rmSync(root, { recursive: true }));
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

let named = 0;
const newRun = (step = "ask") => openRun(root, { step, name: "odd", spec: named++, parents: [] });
const endpointOf = (baseURL: string) => ({ baseURL, apiKey: "none", concurrency: 1 });
const requests = Array.from({ length: 12 }, (_, i) =>
  textRequest(`call-${i}`, `Question ${i}`, { model: "m", max_tokens: 8, temperature: 1 }),
);

/** A server that gives each request the same answer. */
async function answering(text: string, status = 200) {
  const urls: string[] = [];
  const { origin, close } = await listen(async (request: IncomingMessage, response: ServerResponse) => {
    urls.push(request.url!);
    response.writeHead(status, { "content-type": "application/json" }).end(text);
  });
  stops.push(close);
  return { urls, baseURL: `${origin}/v1` };
}

describe("an endpoint", () => {
  it("may be named with a slash at its end", async () => {
    const { baseURL, urls } = await answering("{}");
    for (const end of ["", "/"]) await createClient({ endpoint: endpointOf(baseURL + end) }).get("/models");
    expect(urls).toEqual(Array(2).fill("/v1/models"));
  });

  it("that sends no choices is told what was expected", async () => {
    for (const text of ["{}", '{"choices":[]}', '{"choices":3}', "null"]) {
      const { baseURL } = await answering(text);
      const failures: string[] = [];
      const asking = { root, endpoint: endpointOf(baseURL), requests: requests.slice(0, 1), onReply: () => {} };
      await expect(askLive({ ...asking, onFailure: (_, { message }) => failures.push(message) })).rejects.toThrow(
        `answers no request: expected a chat completion, and the endpoint sent something else: ${text}`,
      );
    }
  });

  it.each([
    ["https://api.openai.com/v1", undefined],
    ["https://api.openai.com.example.org/v1", { repetition_penalty: 1 }],
    ["https://api.openai.example.com/v1", { repetition_penalty: 1 }],
    ["http://localhost:8000/v1", { repetition_penalty: 1 }],
  ])("%s gets the extra fields %j", (baseURL, extra) => expect(defaultExtra(baseURL)).toEqual(extra));

  it("has not answered a run that holds refusals only: one that refuses each request is given up", async () => {
    const { baseURL } = await answering('{"error":{"message":"unknown field: seed"}}', 400);
    const run = newRun();
    run.append([{ custom_id: "call-0", response: null, error: { code: "x", message: "no" } }]);
    await expect(askRun({ root, run, endpoint: endpointOf(baseURL), requests })).rejects.toThrow(
      /answers no request: 400 unknown field: seed/,
    );
    expect(run.records()).toHaveLength(1);
  });

  it("may send a body without usage, or none", () => {
    for (const body of [{}, null, undefined])
      expect(usageOf({ custom_id: "a", response: { status_code: 200, body } })).toEqual({});
  });
});

describe("vectors", () => {
  const texts = ["a", "b"].map((id) => ({ id, text: id }));
  it.each([
    "{}",
    '{"data":[]}',
    '{"data":[{"embedding":[1]}]}',
    '{"data":[{"embedding":[1]},{"embedding":[1,2]}]}',
    '{"data":[{"embedding":[1]},{}]}',
    '{"data":[{"embedding":[1]},{"embedding":[2]},{"embedding":[3]}]}',
  ])("%s are refused, and nothing is recorded", async (text) => {
    const { baseURL } = await answering(text);
    const run = newRun("embed");
    const asking = { root, run, endpoint: endpointOf(baseURL), model: "e", texts };
    await expect(embedAll(asking)).rejects.toThrow(
      /no embeddings: expected 2 vectors of one length, and the endpoint sent something else: /,
    );
    expect(run.records()).toEqual([]);
  });
});

describe("a batch API", () => {
  const begin = async (outcome?: (id: string, batch: number) => Outcome) => {
    const server = await serveBatches({ outcome });
    stops.push(server.close);
    const asking = { root, run: newRun(), endpoint: endpointOf(server.baseURL), requests, pollMs: 1 };
    return { server, asking };
  };

  it("that refuses the key is named with what it says", async () => {
    const { baseURL } = await answering('{"error":{"message":"no such key"}}', 401);
    const asking = { root, run: newRun(), endpoint: endpointOf(baseURL), requests };
    await expect(askBatch(asking)).rejects.toThrow(`${baseURL}: 401 no such key`);
  });

  it("tells how far it is", async () => {
    const progress: number[] = [];
    const { server, asking } = await begin((_, batch) => {
      Object.assign(server.batches[batch]!, { request_counts: { completed: 4 } });
      return "A";
    });
    const limits = { requests: 6 };
    await askBatch({ ...asking, limits, onProgress: (done, total) => progress.push(done, total) });
    expect(progress).toEqual([0, 0, 4, 6, 6, 10].flatMap((done) => [done, 12]));
  });

  it("has refused single requests, not all, where others of them may still succeed", async () => {
    const refusal = { status: 400, body: { error: { message: "no" } } };
    const { asking } = await begin((id) => (id === "call-11" ? { status: 500 } : refusal));
    await expect(askBatch(asking)).rejects.toThrow(/^1 of 12 requests got no reply/);
    expect(asking.run.records()).toHaveLength(11);
  });

  it("is asked once for a part that was noted and never sent", async () => {
    const { server, asking } = await begin();
    asking.run.begin();
    const notes = join(root, asking.run.path("batches.jsonl"));
    writeFileSync(notes, '{"part":"ask/odd#0"}\n');
    // A batch of somebody else, which names no part.
    server.batches.push({ id: "other", status: "completed", metadata: {}, input: "none", asked: 0 });
    expect(await askBatch(asking)).toMatchObject({ counts: { replies: 12 } });
    expect(readFileSync(notes, "utf8").split("\n")[1]).toBe('{"part":"ask/odd#0","fetched":true}');
  });

  it("may send blank lines in its files", async () => {
    const { baseURL, urls } = await answering('1\n \n{"a":2}\n\n');
    const endpoint = endpointOf(baseURL);
    expect(await createBatchApi({ endpoint }).lines("file-1")).toEqual([1, { a: 2 }]);
    expect(urls).toEqual(["/v1/files/file-1/content"]);
  });

  it.each([
    [{ message: "too late", code: "batch_expired" }, "too late"],
    [{ code: "batch_expired" }, "batch_expired"],
    [{}, "no reason was given"],
    [null, "no reason was given"],
    [undefined, "no reason was given"],
  ])("that gives no response, and %j as its error, may be asked again", (error, message) =>
    expect(() => recordOf({ custom_id: "a", response: null, error }, endpointOf("http://localhost:1/v1"))).toThrow(
      expect.objectContaining({ message, retryable: true, refused: false }),
    ),
  );
});
