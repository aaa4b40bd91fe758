import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { estimateTokens, type Request } from "../../lib/ask/index";
import { costsTable } from "../../lib/show/index";
import { type Group, mayCost, openStudy, type RunOptions } from "../../lib/study/index";
import { serveBatches } from "../ask/batch-server";
import { serveModels } from "../ask/models-server";
import type { Asked } from "../ask/server";
import { writeQuestions } from "../synthesis/writer";
import { drawBenchmark, makeScratch } from "./scratch";

const PRICE = { input: 1000, output: 2000 };
const BATCH_PRICE = { input: 100, output: 200 };
/** A model asked about this item refuses. */
const REFUSED = 3;

let root: string;
let server: Awaited<ReturnType<typeof serveModels>>;
let batches: Awaited<ReturnType<typeof serveBatches>>;

beforeEach(async () => {
  vi.stubEnv("OPENAI_API_KEY", "");
  root = makeScratch();
  // Six items, of which the last two repeat the first two; captions say the same, so an LLM is asked once for both.
  const drawn = drawBenchmark(root, 6).map(({ row }) => row);
  const rows = drawn.map((row, i) =>
    i < 4 ? row : { ...row, action_list: drawn[i - 4]!.action_list, answer: drawn[i - 4]!.answer },
  );
  writeFileSync(join(root, "bench.json"), JSON.stringify(rows));
  const pictures = new Map<string, number>();
  for (const [i, { image_file: file }] of drawn.entries())
    pictures.set(readFileSync(join(root, "pictures", file)).toString("base64"), i);
  const isRefused = ({ messages }: Request["body"]) => {
    const [part] = messages[0]!.content;
    if (typeof part !== "object" || part.type !== "image_url") return false;
    const asksForChoice = JSON.stringify(messages).includes("Just output the choice");
    return asksForChoice && pictures.get(part.image_url.url.replace(/^.*base64,/, "")) === REFUSED;
  };
  server = await serveModels({
    models: ["llm", "vlm"],
    answer: (body) =>
      isRefused(body) ? { status: 400, body: { error: { message: "not this one" } } } : "A person waits.",
    // Less than is set aside for it, as with any server, and a different sum for each text.
    usage: (body) => {
      const { prompt, completion } = estimateTokens({ body } as Request);
      return { prompt: Math.floor(0.8 * prompt), completion: Math.ceil(completion / 2) };
    },
  });
  batches = await serveBatches({ outcome: (_id, _batch, body) => writeQuestions({ body } as Asked) as string });
  writeFileSync(
    join(root, "paid.yaml"),
    `
name: paid
evidence: "A test."
seed: 7
benchmark: { kind: file, file: bench.json, images: pictures }
endpoints:
  box: { url: "${server.baseURL}", price: ${JSON.stringify(PRICE)}, concurrency: 2 }
  batches: { url: "${batches.baseURL}", price: ${JSON.stringify(BATCH_PRICE)} }
models:
  llm: { endpoint: box, name: llm, label: LLM, kind: llm }
  vlm: { endpoint: box, name: vlm, label: VLM, kind: vlm }
captioner: vlm
sources:
  api: { label: API, kind: endpoint, endpoint: batches, model: writer, mode: batch, per_call: 3, max_calls: 20 }
teacher: api
shared_sources: [api]
synthesis: { max_tokens: 2000, validation: 8 }
sizes: [16]
training: { rank: 32, alpha: 16, dropout: 0.05, learning_rate: 1.0e-3, epochs: 3, batch: 32, scheduler: linear, loss: answer }
decoding: { answer_tokens: 8, caption_tokens: 48, batch: 64 }
runtime: { threads: 1, dtype: float32 }
`,
  );
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([server.close(), batches.close()]);
  rmSync(root, { recursive: true });
});

/** Opens the study as a new process would. */
const open = () => openStudy(join(root, "paid.yaml"), root);
const run = (budgetUsd: number, only: Group[] = ["pilot"], more: RunOptions = {}) =>
  open().run({ budgetUsd, only, ...more });
const sumOf = (counts: readonly { prompt: number; completion: number }[]) =>
  counts.reduce((sum, one) => ({ prompt: sum.prompt + one.prompt, completion: sum.completion + one.completion }), {
    prompt: 0,
    completion: 0,
  });
const usdOf = ({ prompt, completion }: { prompt: number; completion: number }, price = PRICE) =>
  (price.input * prompt + price.output * completion) / 1e6;
const charged = () => usdOf(sumOf(server.charged));
const costs = () => open().results().costs;

it("a study that would cost money says so before it is run", () => {
  expect([mayCost(open()), mayCost(open(), ["pilot"])]).toEqual([true, true]);
});

it("the table of costs adds up to what the servers were asked, to the token", async () => {
  await run(1000, ["pilot", "synthesis"]);
  const byModel = (model: string, endpoint = "localhost") =>
    costs().filter((cost) => cost.model === model && cost.endpoint === endpoint);
  for (const model of ["llm", "vlm"]) {
    const asked = server.charged.filter((one) => one.model === model);
    expect(sumOf(byModel(model))).toEqual(sumOf(asked));
    expect(byModel(model).reduce((n, { paid }) => n + paid, 0)).toBe(asked.length);
  }
  // Captions of all; decisions on pictures, one of them refused; of six decisions on captions, two are repeats.
  expect(costs().map(({ name, mode, paid, refused }) => [name, mode, paid, refused])).toEqual([
    ["vlm describes the pictures", "live", 6, 0],
    ["llm decides on captions", "live", 4, 0],
    ["vlm decides on pictures", "live", 5, 1],
    ["api generates samples", "batch", batches.paid.size, 0],
  ]);
  const calls = batches.paid.size;
  const ofBatches = { prompt: 10 * calls, completion: calls };
  expect([...batches.paid.values()]).toEqual(Array(calls).fill(1));
  const all = sumOf([...server.charged, ofBatches]);
  const rows = costsTable(open().results()).rows;
  expect(rows).toHaveLength(5);
  const usd = charged() + 0.5 * usdOf(ofBatches, BATCH_PRICE);
  expect(rows.at(-1)).toMatchObject({
    step: "Total",
    paid: String(15 + calls),
    refused: "1",
    prompt: all.prompt.toLocaleString("en"),
    completion: all.completion.toLocaleString("en"),
    usd: usd.toFixed(4),
  });
  for (const { usd, prompt, completion, mode } of costs())
    expect(usd).toBeCloseTo(
      mode === "batch" ? 0.5 * usdOf({ prompt, completion }, BATCH_PRICE) : usdOf({ prompt, completion }),
      9,
    );
  const before = costs();
  const runs = open().layout.steps.flatMap(({ name, run }) => (before.some((cost) => cost.name === name) ? [run] : []));
  for (const [i, run] of runs.entries()) {
    const { tokens, costUsd } = run.manifest()!;
    expect(tokens).toEqual({ prompt: before[i]!.prompt, completion: before[i]!.completion });
    expect(costUsd).toBeCloseTo(before[i]!.usd, 9);
  }
  // As long as a step is not finished, its records say the same.
  for (const run of runs) rmSync(join(root, run.path("manifest.json")));
  expect(costs()).toEqual(before.map((cost) => ({ ...cost, usd: expect.closeTo(cost.usd, 9) })));
});

it("a budget holds over all steps and over restarts; a higher one goes on, and pays for nothing twice", async () => {
  await run(1000);
  const full = { usd: charged(), asked: server.charged.map(({ prompt }) => prompt).sort() };
  rmSync(join(root, "runs"), { recursive: true });
  server.charged.length = 0;

  const half = full.usd / 2;
  await expect(run(half)).rejects.toThrow(/the budget of \$[\d.]+ would be passed: \$[\d.]+ are spent/);
  const spent = charged();
  expect(spent).toBeGreaterThan(0);
  expect(spent).toBeLessThanOrEqual(half);
  expect(costs().reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(spent, 9);

  const before = server.charged.length;
  await expect(run(half)).rejects.toThrow(/would be passed/);
  await expect(run(half)).rejects.toThrow(/would be passed/);
  expect(server.charged).toHaveLength(before);
  await expect(run(0)).rejects.toThrow(/the budget of \$0 would be passed/);
  expect(server.charged).toHaveLength(before);

  await expect(run(0.75 * full.usd)).rejects.toThrow(/would be passed/);
  expect(charged()).toBeGreaterThan(spent);
  expect(charged()).toBeLessThanOrEqual(0.75 * full.usd);

  await run(full.usd + 1);
  expect(charged()).toBeCloseTo(full.usd, 9);
  expect(server.charged.map(({ prompt }) => prompt).sort()).toEqual(full.asked);
  expect(mayCost(open(), ["pilot"])).toBe(false);
});

it("what other parts have cost counts too, even when they are done", async () => {
  await run(1000);
  const spent = charged();
  await expect(run(spent, ["synthesis"])).rejects.toThrow(
    new RegExp(`the budget of \\$${spent} would be passed: \\$${spent.toFixed(4)} are spent`),
  );
  expect(batches.batches).toEqual([]);
  await run(spent + 10, ["synthesis"]);
  expect(batches.batches.length).toBeGreaterThan(0);
});

it("a study that is done asks nothing again, not even whether it may", async () => {
  await run(1000);
  server.got.length = 0;
  await run(0);
  expect(server.got).toEqual([]);
  expect(existsSync(join(root, "runs/ask"))).toBe(true);
  expect(readdirSync(join(root, "runs/ask"))).toHaveLength(3);
});
