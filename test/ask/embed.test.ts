import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createBudget, embedAll, vectorsOf } from "../../lib/ask/index";
import { openRun } from "../../lib/store/index";
import { embed, serveEmbeddings } from "./embed-server";

const root = mkdtempSync(join(tmpdir(), "wov-embed-"));
afterAll(() => rmSync(root, { recursive: true }));
let server: Awaited<ReturnType<typeof serveEmbeddings>>;
afterEach(() => server.close());

const texts = Array.from({ length: 300 }, (_, i) => ({ id: `t-${i}`, text: `word${"abcdefghij"[i % 10]} boy ${i}` }));
const price = { input: 1e6, output: 0 }; // a dollar per token; the server counts one per text
let named = 0;
async function begin(refuse?: (asked: number) => number | undefined) {
  server = await serveEmbeddings(refuse);
  const run = openRun(root, { step: "embed", name: "embed", spec: named++, parents: [] });
  const endpoint = { baseURL: server.baseURL, apiKey: "none", concurrency: 1, price };
  return { root, run, endpoint, model: "e", texts };
}
const expected = new Map(texts.map(({ id, text }) => [id, Float32Array.from(embed(text))]));

describe("embedAll", () => {
  it("leaves each text's vector, bit by bit, and what it cost", async () => {
    const asking = await begin();
    const outcome = await embedAll({ ...asking, budget: createBudget(1e6) });
    expect(outcome).toEqual({ counts: { vectors: 300 }, tokens: { prompt: 300, completion: 0 }, costUsd: 300 });
    expect(vectorsOf(root, asking.run)).toEqual(expected);
    expect(statSync(join(root, asking.run.path("records.jsonl"))).size).toBeLessThan(300 * 12);
  });

  it("stops before the budget is passed, and counts what was spent before when it goes on", async () => {
    const asking = await begin();
    const first = createBudget(700); // the first 128 texts may cost $540, the next $640
    const some = { ...asking, texts: texts.slice(0, 256) };
    await expect(embedAll({ ...some, budget: first })).rejects.toThrow(/budget of \$700 would be passed/);
    expect([server.texts(), first.spentUsd]).toEqual([128, 128]);
    const outcome = await embedAll({ ...asking, budget: createBudget(1e6) });
    expect([outcome.costUsd, outcome.tokens?.prompt, server.texts()]).toEqual([300, 300, 300]);
    expect(vectorsOf(root, asking.run)).toEqual(expected);
  });

  it("sends nothing where not even one request is within the budget", async () => {
    const asking = await begin();
    await expect(embedAll({ ...asking, budget: createBudget(1) })).rejects.toThrow(/would be passed/);
    expect(server.asked()).toBe(0);
  });

  it("cuts off what a killed process was writing, and goes on", async () => {
    const asking = await begin((asked) => (asked === 2 ? 400 : undefined));
    await expect(embedAll(asking)).rejects.toThrow(/no embeddings: 400/);
    appendFileSync(join(root, asking.run.path("vectors.f32")), Buffer.alloc(128 * 64 * 4 - 3, 1));
    appendFileSync(join(root, asking.run.path("records.jsonl")), '{"ids":["t-2');
    await embedAll({ ...asking, run: openRun(root, asking.run.spec) });
    expect(vectorsOf(root, asking.run)).toEqual(expected);
    expect(statSync(join(root, asking.run.path("vectors.f32"))).size).toBe(300 * 64 * 4);
    expect(server.texts()).toBe(300);
  });

  it("is told where vectors are missing that its records speak of", async () => {
    const asking = await begin();
    await embedAll(asking);
    truncateSync(join(root, asking.run.path("vectors.f32")), 1000);
    expect(() => vectorsOf(root, asking.run)).toThrow(/vectors\.f32: has 1000 bytes.*speak of 76800/);
    await expect(embedAll(asking)).rejects.toThrow(/has 1000 bytes/);
  });

  it("waits and asks again as live asking does", async () => {
    const asking = await begin((asked) => (asked % 2 ? 429 : undefined));
    expect(await embedAll(asking)).toMatchObject({ counts: { vectors: 300 } });
  });
});
