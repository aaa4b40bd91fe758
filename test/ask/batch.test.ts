import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { askBatch, createBudget, textRequest } from "../../lib/ask/index";
import { projectRoot } from "../../lib/root";
import { openRun } from "../../lib/store/index";
import { type Outcome, serveBatches } from "./batch-server";

const KEY = "secret-key-18";
const root = mkdtempSync(join(tmpdir(), "wov-batch-"));
afterAll(() => rmSync(root, { recursive: true }));
let server: Awaited<ReturnType<typeof serveBatches>>;
afterEach(() => server.close());

const requests = Array.from({ length: 12 }, (_, i) =>
  textRequest(`call-${i}`, `Question ${i}`, { model: "m", max_tokens: 8, temperature: 1 }),
);
let named = 0;
async function begin(outcome?: (id: string, batch: number) => Outcome) {
  server = await serveBatches({ outcome });
  const run = openRun(root, { step: "ask", name: "batch", spec: named++, parents: [] });
  const endpoint = { baseURL: server.baseURL, apiKey: KEY, concurrency: 1, price: { input: 1e6, output: 1e6 } };
  const limits = { requests: 5, bytes: 1e6 };
  return { root, run, endpoint, requests, limits, pollMs: 5 };
}
const ids = (asking: Awaited<ReturnType<typeof begin>>) =>
  asking.run
    .records<{ custom_id: string }>()
    .map(({ custom_id }) => custom_id)
    .sort();
const all = requests.map(({ custom_id }) => custom_id).sort();

describe("askBatch", () => {
  it("sends files within the limits and keeps each reply once", async () => {
    const asking = await begin();
    expect(await askBatch(asking)).toMatchObject({
      counts: { replies: 12, refused: 0 },
      tokens: { prompt: 120, completion: 12 },
      settings: { endpoint: "localhost", model: "m", max_tokens: 8, temperature: 1 },
    });
    expect(server.batches.map(server.requestsOf)).toEqual([5, 5, 2]);
    expect(ids(asking)).toEqual(all);
    await askBatch(asking);
    expect(server.batches).toHaveLength(3);
  });

  it("sends again what expired or failed, and only that", async () => {
    const asking = await begin((id, batch) =>
      batch < 3 && id === "call-7" ? "expires" : batch < 3 && id === "call-2" ? { status: 500 } : "A",
    );
    await askBatch(asking);
    expect(server.batches.map(server.requestsOf)).toEqual([5, 5, 2, 2]);
    expect([...server.paid.values()]).toEqual(Array(12).fill(1));
    expect(ids(asking)).toEqual(all);
  });

  it("gives up what never gets a reply, keeps the others, and says how to go on", async () => {
    const asking = await begin((id) => (id === "call-3" ? { status: 500 } : "A"));
    await expect(askBatch(asking)).rejects.toThrow(/1 of 12 requests got no reply.*call-3/);
    expect(server.batches.map(server.requestsOf)).toEqual([5, 5, 2, 1, 1]);
    expect(ids(asking)).toHaveLength(11);
  });

  const refusal = { status: 400, body: { error: { message: "too long", code: "context_length_exceeded" } } };
  it("records what is refused for good, and does not send it again", async () => {
    const asking = await begin((id) => (id === "call-3" ? refusal : "A"));
    const budget = createBudget(1e6);
    expect(await askBatch({ ...asking, budget })).toMatchObject({ counts: { replies: 11, refused: 1 }, costUsd: 121 });
    expect(asking.run.records()).toContainEqual({
      custom_id: "call-3",
      response: null,
      error: { code: "context_length_exceeded", message: "400 too long" },
    });
    expect(await askBatch(asking)).toMatchObject({ counts: { replies: 11, refused: 1 } });
    expect(server.batches.map(server.requestsOf)).toEqual([5, 5, 2]);
  });

  it("records nothing where each request is refused with the same words", async () => {
    const asking = await begin(() => refusal);
    await expect(askBatch(asking)).rejects.toThrow(/answers no request: 400 too long/);
    expect(asking.run.records()).toEqual([]);
  });

  it("makes no second batch where the answer to the first is lost", async () => {
    const asking = await begin();
    server.state.lostAnswers = 2;
    await askBatch(asking);
    expect(server.batches.map(server.requestsOf)).toEqual([5, 5, 2]);
    expect([...server.paid.values()]).toEqual(Array(12).fill(1));
  });

  it("finds a batch that a killed process was about to note, among many", async () => {
    const asking = await begin();
    server.state.lostAnswers = 1;
    const stop = new AbortController();
    const stopped = askBatch({ ...asking, signal: stop.signal });
    while (server.batches.length === 0) await sleep(1);
    stop.abort();
    await expect(stopped).rejects.toThrow(/abort/);
    for (const part of ["x", "y", "z"])
      server.batches.push({ ...server.batches[0]!, id: part, metadata: { part }, status: "completed" });
    await askBatch(asking);
    expect([...server.paid.values()]).toEqual(Array(12).fill(1));
    expect(server.batches.filter(({ metadata }) => metadata.part!.startsWith("ask/"))).toHaveLength(3);
  });

  it.each([5, 1])("sends smaller batches, one after another, where only %d requests may be enqueued", async (most) => {
    const asking = await begin();
    server.state.maxEnqueued = most;
    await askBatch({ ...asking, limits: { requests: 50 }, pollMs: 1 });
    expect(ids(asking)).toEqual(all);
    expect([...server.paid.values()]).toEqual(Array(12).fill(1));
  });

  it("gives up where not even one request may be enqueued", async () => {
    const asking = await begin();
    server.state.maxEnqueued = 0;
    await expect(askBatch({ ...asking, pollMs: 1 })).rejects.toThrow(/too many tokens enqueued.*Run it again/);
  });

  it("keeps files within the limit of bytes, as they are encoded", async () => {
    const asking = await begin();
    const long = requests.map((one) =>
      textRequest(one.custom_id, "火".repeat(300), { model: "m", max_tokens: 8, temperature: 1 }),
    );
    const bytes = 2500; // a request has about 1,050 bytes and 450 characters
    await askBatch({ ...asking, requests: long, limits: { bytes } });
    expect(Math.max(...server.state.bytes)).toBeLessThanOrEqual(bytes);
    expect(server.batches.map(server.requestsOf)).toEqual(Array(6).fill(2));
  });

  it("counts what a batch cost that an earlier process sent", async () => {
    const asking = await begin();
    const stop = new AbortController();
    const stopped = askBatch({ ...asking, signal: stop.signal, budget: createBudget(1000) });
    while (server.batches.length < 3) await sleep(1);
    stop.abort();
    await expect(stopped).rejects.toThrow(/abort/);
    const budget = createBudget(1000);
    expect((await askBatch({ ...asking, budget })).costUsd).toBe(132);
    expect((await askBatch({ ...asking, budget })).costUsd).toBe(132);
    expect(budget.spentUsd).toBe(132);
  });

  it("says why a batch was refused, and sends it again the next time", async () => {
    const asking = await begin();
    server.state.refuse = "the file is too large";
    await expect(askBatch(asking)).rejects.toThrow(/was refused: the file is too large/);
    server.state.refuse = "";
    await askBatch(asking);
    expect(ids(asking)).toEqual(all);
  });

  it("keeps what other batches bring where one is refused", async () => {
    const asking = await begin();
    Object.assign(server.state, { refuse: "the file is too large", refusals: 1 });
    await expect(askBatch(asking)).rejects.toThrow(/was refused: the file is too large/);
    expect(ids(asking)).toHaveLength(7);
    await askBatch(asking);
    expect([...server.paid.values()]).toEqual(Array(12).fill(1));
  });

  it("stops before anything is sent that would pass the budget", async () => {
    const asking = await begin();
    const budget = createBudget(1e-9);
    await expect(askBatch({ ...asking, budget })).rejects.toThrow(/budget of \$1e-9 would be passed/);
    expect(server.batches).toEqual([]);
  });

  it("sends as much at a time as the budget surely bears", async () => {
    const asking = await begin();
    // A request may cost 22 tokens at the most (14 in by its length, 8 out) and does cost 11.
    const budget = createBudget(12 * 11 + 12);
    await askBatch({ ...asking, budget });
    expect(ids(asking)).toEqual(all);
    expect(server.batches.length).toBeGreaterThan(3);
    expect(budget.spentUsd).toBeCloseTo(12 * 11);
  });

  it("picks its batches up again after kill -9 at any moment, and pays for nothing twice", async () => {
    const asking = await begin();
    const given = JSON.stringify({ ...asking, run: undefined, spec: asking.run.spec });
    for (let kill = 0; kill < 15 && !asking.run.complete(); kill++) {
      const worker = join(projectRoot(), "test/ask/batch-worker.ts");
      const child = fork(worker, [given], { execArgv: ["--require", "tsx/cjs"], cwd: projectRoot() });
      await once(child, "message"); // it begins
      setTimeout(() => child.kill("SIGKILL"), 4 * kill + 3 * Math.random());
      await once(child, "exit");
    }
    await askBatch(asking);
    expect(ids(asking)).toEqual(all);
    expect([...server.paid.values()]).toEqual(Array(12).fill(1));
  }, 120_000);

  it("writes the key nowhere", async () => {
    const asking = await begin((id) => (id === "call-3" ? { status: 401 } : "A"));
    await expect(askBatch(asking)).rejects.not.toThrow(KEY);
    for (const name of ["records.jsonl", "batches.jsonl", "errors.jsonl"]) {
      const file = join(root, asking.run.path(name));
      expect(existsSync(file) && readFileSync(file, "utf8")).not.toContain(KEY);
    }
  });
});
