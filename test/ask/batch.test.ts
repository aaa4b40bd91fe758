import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  server = await serveBatches(outcome);
  const run = openRun(root, { step: "ask", name: "batch", spec: named++, parents: [] });
  const endpoint = { baseURL: server.baseURL, apiKey: KEY, concurrency: 1 };
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
    expect(await askBatch(asking)).toMatchObject({ counts: { replies: 12 }, tokens: { prompt: 120, completion: 12 } });
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
    const asking = await begin((id) => (id === "call-3" ? { status: 400 } : "A"));
    await expect(askBatch(asking)).rejects.toThrow(/1 of 12 requests got no reply in 3 batches.*call-3/);
    expect(ids(asking)).toHaveLength(11);
  });

  it("says why a batch was refused, and sends it again the next time", async () => {
    const asking = await begin();
    server.state.refuse = "the file is too large";
    await expect(askBatch(asking)).rejects.toThrow(/was refused: the file is too large/);
    server.state.refuse = "";
    await askBatch(asking);
    expect(ids(asking)).toEqual(all);
  });

  it("stops before anything is sent that would pass the budget", async () => {
    const asking = await begin();
    const budget = createBudget({ input: 1, output: 1 }, 1e-9);
    await expect(askBatch({ ...asking, budget })).rejects.toThrow(/budget of \$1e-9 would be passed/);
    expect(server.batches).toEqual([]);
  });

  it("sends as much at a time as the budget surely bears", async () => {
    const asking = await begin();
    // A request may cost 22 tokens at the most (14 in by its length, 8 out) and does cost 11.
    const budget = createBudget({ input: 1e6, output: 1e6 }, 12 * 11 + 12);
    await askBatch({ ...asking, budget });
    expect(ids(asking)).toEqual(all);
    expect(server.batches.length).toBeGreaterThan(3);
    expect(budget.spentUsd).toBeCloseTo(12 * 11);
  });

  it("picks its batches up again after kill -9 at any moment, and pays for nothing twice", async () => {
    const asking = await begin();
    const given = JSON.stringify({ ...asking, run: undefined, spec: asking.run.spec });
    for (let kill = 0; kill < 30 && !asking.run.complete(); kill++) {
      const worker = join(projectRoot(), "test/ask/batch-worker.ts");
      const child = fork(worker, [given], { execArgv: ["--require", "tsx/cjs"], cwd: projectRoot() });
      await once(child, "message"); // it begins
      setTimeout(() => child.kill("SIGKILL"), 2 * kill + 3 * Math.random());
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
