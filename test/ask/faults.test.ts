import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  askBatch,
  askRun,
  createBudget,
  type Endpoint,
  embedAll,
  estimateTokens,
  type Request,
  textRequest,
  textsById,
  usdOf,
  vectorsOf,
} from "../../lib/ask/index";
import { seedQuestions } from "../../lib/pocket/index";
import { paperPrompts, renderQuestions } from "../../lib/prompts/index";
import { openRun, type Run } from "../../lib/store/index";
import {
  type AskStep,
  blindRequests,
  endpointBackend,
  requestsStep,
  runStep,
  sourceSteps,
} from "../../lib/study/index";
import { decisionsOnText, greedy } from "../../lib/study/requests";
import { readSamples } from "../../lib/synthesis/index";
import { generation } from "../synthesis/generation";
import { writeQuestions } from "../synthesis/writer";
import { serveBatches } from "./batch-server";
import { embed } from "./embed-server";
import { type Fault, faults, KEY, vectorFaults, writeFault } from "./faults";
import { bodyOf, listen } from "./listen";

const root = mkdtempSync(join(tmpdir(), "wov-faults-"));
afterAll(() => rmSync(root, { recursive: true }));
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const price = { input: 1000, output: 1000 };
const GOOD_USAGE = { prompt_tokens: 10, completion_tokens: 1 };
const GOOD_USD = 0.011;
const endpointAt = (baseURL: string): Endpoint => ({ baseURL, apiKey: KEY, concurrency: 1, price, timeoutMs: 250 });

/** What is asked, and what a good model says. */
interface Asked {
  step(baseURL: string): AskStep;
  good(body: Request["body"]): string;
}

const samples = readSamples(renderQuestions(seedQuestions()), "seeds", "c").samples.slice(0, 6);
const items = samples.map(({ situation, options, answer }, index) => ({
  ...{ index, image: "", category: "any", situation },
  ...{ options, gold: answer },
}));
let named = 0;
/** A backend whose run no other test has. */
const backend = (baseURL: string) => ({
  ...endpointBackend(`m${named++}`, baseURL, async () => endpointAt(baseURL), { price: () => price, extra: {} }),
});
const byRequests = (make: () => Request[]) => (baseURL: string) =>
  requestsStep(root, "fault", backend(baseURL), make());

const asked: Record<string, Asked> = {
  ask: {
    step: byRequests(() => decisionsOnText(items, ({ situation }) => situation, paperPrompts, greedy("m", 64))),
    good: () => "B",
  },
  judge: { step: byRequests(() => blindRequests(samples, greedy("m", 16))), good: () => "C" },
  generate: {
    step: (baseURL) => {
      const plan = { wanted: 8, perCall: 4.75, maxCalls: 40, trial: 2 };
      const split = { sizes: [8], validation: 0, subsets: "nested", cluster: 0.5, seed: 7 } as const;
      const options = {
        ...generation(endpointAt(baseURL)),
        backend: backend(baseURL),
        plan,
        split: { ...split, sizes: [8] },
      };
      return sourceSteps(root, options).replies as AskStep;
    },
    good: (body) => writeQuestions({ body, prompt: "", asked: 0 }) as string,
  },
};

/** Serves good answers, but for the second of the different requests, which the fault hits. */
async function serveFault(fault: Fault, good: Asked["good"]) {
  const seen: string[] = [];
  let [hits, count] = [0, 0];
  const { origin, close } = await listen(async (request, response) => {
    const body = JSON.parse(await bodyOf(request)) as Request["body"];
    const key = JSON.stringify(body);
    count++;
    if (!seen.includes(key)) seen.push(key);
    const text = good(body);
    const answer = { choices: [{ index: 0, message: { role: "assistant", content: text } }], usage: GOOD_USAGE };
    const isHit = seen.indexOf(key) === 1 && hits++ < (fault.times ?? Number.POSITIVE_INFINITY);
    const meant = JSON.stringify(answer);
    if (isHit) writeFault(fault, response, meant, text);
    else response.writeHead(200, { "content-type": "application/json" }).end(meant);
  });
  stops.push(close);
  return { baseURL: `${origin}/v1`, count: () => count, hits: () => hits };
}

const context = () => ({ signal: new AbortController().signal, onProgress: () => {} });
const filesOf = (run: Run) =>
  ["records.jsonl", "errors.jsonl", "manifest.json"].map((name) => {
    try {
      return readFileSync(join(root, run.path(name)), "utf8");
    } catch {
      return "";
    }
  });

/** Expects of the finished run what the fault's outcome says. */
function expectOutcome({ outcome, says }: Fault, run: Run, hit: string, meant: string): void {
  const text = textsById(run.records(), "run").get(hit);
  const record = JSON.stringify(run.records<{ custom_id: string }>().find(({ custom_id }) => custom_id === hit));
  const { counts } = run.manifest()!;
  expect(text).toBe(outcome === "read" || outcome === "failed" ? meant : "");
  expect([counts.notUnderstood ?? 0, counts.refused]).toEqual([
    outcome === "kept" ? 1 : 0,
    outcome === "refused" ? 1 : 0,
  ]);
  if (outcome === "kept") expect(record).toMatch(/"raw":"/);
  if (says && outcome !== "failed") expect(record).toMatch(says);
}

describe.each(Object.entries(asked))("wov %s", (_, { step: makeStep, good }) => {
  it.each(Object.entries(faults))("and %s", async (_, fault) => {
    const server = await serveFault(fault, good);
    const step = makeStep(server.baseURL);
    const budget = createBudget(1000);
    const run = () => runStep(step, { ...context(), budget });
    if (fault.outcome === "stops") {
      await expect(run()).rejects.toThrow(fault.says);
      expect(server.hits()).toBe(1);
      return;
    }
    if (fault.outcome === "failed") await expect(run()).rejects.toThrow(/^1 of .*Run it again to ask only these/s);
    const before = server.count();
    await run();
    if (fault.outcome === "failed") expect(server.count()).toBeLessThanOrEqual(before + 3);
    const requests = step.requests();
    expectOutcome(fault, step.run, requests[1]!.custom_id, good(requests[1]!.body));
    // Nothing is asked again, whatever the answers were, and every answer was paid for.
    const after = server.count();
    await run();
    expect(server.count()).toBe(after);
    const paid = requests.length - (fault.outcome === "refused" ? 1 : 0);
    expect(budget.spentUsd).toBeGreaterThan(paid * GOOD_USD - 1e-9);
    expect(budget.spentUsd).toBeLessThan(100);
    expect(step.run.manifest()!.costUsd).toBeCloseTo(budget.spentUsd);
  });
});

it("an answer that broke off is charged for, also by a process that goes on", async () => {
  const server = await serveFault(faults["a break in gzip"]!, () => "B");
  const run = openRun(root, { step: "ask", name: "broken", spec: named++, parents: [] });
  const spent = async () => {
    const budget = createBudget(1000);
    await askRun({ root, run, endpoint: endpointAt(server.baseURL), requests, budget });
    return budget.spentUsd;
  };
  const usd = requests.length * GOOD_USD + usdOf(price, estimateTokens(requests[1]!));
  expect(await spent()).toBeCloseTo(usd, 9);
  expect(await spent()).toBeCloseTo(usd, 9);
});

it("a budget ends where answers break off again and again", async () => {
  const server = await serveFault({ ...faults["a break in gzip"]!, times: 100 }, () => "B");
  const run = openRun(root, { step: "ask", name: "broken", spec: named++, parents: [] });
  const budget = createBudget(0.09);
  const asking = { root, run, endpoint: endpointAt(server.baseURL), requests, budget };
  await expect(askRun(asking)).rejects.toThrow(/budget of \$0\.09 would be passed/);
  expect(server.hits()).toBeLessThan(6);
});

const requests = Array.from({ length: 4 }, (_, i) =>
  textRequest(`call-${i}`, `Question ${i}`, { model: "m", max_tokens: 8, temperature: 1 }),
);
/** Faults that concern one chat completion, not any file. */
const OF_ONE_REPLY = /stream|all numbers|web page|MB|never ends|^silence$/;

describe("a batch, and", () => {
  const begin = async (outcome: Parameters<typeof serveBatches>[0] = {}) => {
    const server = await serveBatches(outcome);
    stops.push(server.close);
    const run = openRun(root, { step: "ask", name: "batch", spec: named++, parents: [] });
    const budget = createBudget(1000);
    const ask = () => askBatch({ root, run, endpoint: endpointAt(server.baseURL), requests, budget, pollMs: 1 });
    return { server, run, ask, budget };
  };

  it.each(Object.entries(faults).filter(([, { answer }]) => answer))("%s in its file", async (_, fault) => {
    let hits = 0;
    const { server, run, ask, budget } = await begin({
      outcome: (id) =>
        id === "call-1" && hits++ < (fault.times ?? Number.POSITIVE_INFINITY) ? fault.answer!("B") : "B",
    });
    if (fault.outcome === "stops") return void (await expect(ask()).rejects.toThrow(fault.says));
    await ask();
    const { batches } = server;
    expect(batches.length).toBe(1 + (fault.times ?? 0));
    run.finish(await ask());
    expectOutcome(fault, run, "call-1", "B");
    expect(batches.length).toBe(1 + (fault.times ?? 0));
    expect(budget.spentUsd).toBeGreaterThan(
      (requests.length - (fault.outcome === "refused" ? 1 : 0)) * GOOD_USD - 1e-9,
    );
  });

  const ofFiles = Object.entries(faults).filter(([name, { write }]) => write && !OF_ONE_REPLY.test(name));
  it.each(ofFiles)("%s of its file", async (_, fault) => {
    const { server, run, ask } = await begin();
    let hits = 0;
    server.state.write = (response, text) => {
      if (hits++ >= (fault.times ?? Number.POSITIVE_INFINITY)) return false;
      fault.write!(response, text);
      return true;
    };
    await ask();
    expect([...textsById(run.records(), "run")].sort()).toEqual(requests.map(({ custom_id }) => [custom_id, "A"]));
    expect(hits).toBeGreaterThan(0);
  });
});

describe("wov screen --embed and", () => {
  const texts = ["lake boy", "pond lad", "fire"].map((text, i) => ({ id: `t${i}`, text }));
  const general = Object.entries(faults).filter(
    ([name, { write }]) => write && !/stream|all numbers|MB|web page/.test(name),
  );
  it.each([...Object.entries(vectorFaults), ...general])("%s", async (_, fault) => {
    let hits = 0;
    const { origin, close } = await listen(async (request, response) => {
      const { input } = JSON.parse(await bodyOf(request)) as { input: string[] };
      const data = input.map((text, index) => ({ object: "embedding", index, embedding: embed(text) }));
      const meant = JSON.stringify({ object: "list", data, usage: { prompt_tokens: 3 } });
      if (hits++ < (fault.times ?? Number.POSITIVE_INFINITY)) writeFault(fault, response, meant);
      else response.writeHead(200, { "content-type": "application/json" }).end(meant);
    });
    stops.push(close);
    const run = openRun(root, { step: "embed", name: "e", spec: named++, parents: [] });
    const done = embedAll({ root, run, endpoint: endpointAt(`${origin}/v1`), model: "e", texts });
    if (fault.outcome === "stops") {
      await expect(done).rejects.toThrow(fault.says);
      expect(run.records()).toEqual([]);
      return;
    }
    await done;
    for (const { id, text } of texts) expect([...vectorsOf(root, run).get(id)!]).toEqual(embed(text));
  });
});

describe("a key that an endpoint echoes", () => {
  const echoes: Record<string, string> = {
    "as it is": KEY,
    "with a word before it": `Bearer ${KEY}`,
    "with signs of no width in it": [...KEY].join("\u200b"),
    "in base64": Buffer.from(KEY).toString("base64"),
    "in base64, after other words": Buffer.from(`Authorization: Bearer ${KEY}, and so on`).toString("base64"),
    "in hexadecimal": Buffer.from(KEY).toString("hex"),
    "turned round": [...KEY].reverse().join(""),
    "at the end of what is kept of a message": `${"x".repeat(287)}${KEY}`,
  };
  const secrets = Object.values(echoes).flatMap((echo) => [echo, echo.slice(-16, -2)]);

  it.each(Object.entries(echoes))("%s is in no file and no error", async (_, echo) => {
    const json = JSON.stringify;
    const kinds: Fault["answer"][] = [
      () => ({ status: 200, body: { id: echo, choices: [{ message: { content: `B ${echo}` } }] } }),
      () => ({ status: 400, body: { error: { message: echo, code: "too_long" } } }),
      () => ({ status: 200, body: { result: echo } }),
      () => ({ status: 401, body: { error: { message: echo } } }),
    ];
    const writes: Fault[] = [
      ...kinds.map((answer): Fault => ({ outcome: "read", answer })),
      // Escaped in JSON, letter by letter.
      {
        outcome: "read",
        write: (response) => {
          const hidden = [...echo].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
          response.writeHead(200, { "content-type": "application/json" });
          response.end(`{"choices":[{"message":{"content":"B ${hidden}"}}],"usage":${json(GOOD_USAGE)}}`);
        },
      },
    ];
    for (const fault of writes) {
      const server = await serveFault(fault, () => "B");
      const step = asked.ask!.step(server.baseURL);
      const error = await runStep(step, context()).catch((thrown: Error) => thrown);
      const texts = [...filesOf(step.run), String(error)].join("\n");
      for (const secret of secrets) expect(texts).not.toContain(secret);
      expect(texts).toContain("…");
    }
  });
});

describe("a model that refuses fields of the request", () => {
  const refusing = (fields: Record<string, string>) =>
    listen(async (request, response) => {
      const body = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
      const field = Object.keys(fields).find((name) => name in body);
      const answer = field
        ? { error: { message: fields[field], type: "invalid_request_error" } }
        : { choices: [{ message: { content: "B" } }], usage: GOOD_USAGE };
      response.writeHead(field ? 400 : 200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });

  it("is asked without them, and the manifest says so", async () => {
    const { origin, close } = await refusing({
      max_tokens: "Unsupported parameter: 'max_tokens' is not supported here. Use 'max_completion_tokens' instead.",
      temperature: "Unsupported value: 'temperature' does not support 0 with this model.",
    });
    stops.push(close);
    const notices: string[] = [];
    const step = asked.ask!.step(`${origin}/v1`);
    await runStep(step, { ...context(), onNotice: (text) => notices.push(text) });
    const { settings, counts } = step.run.manifest()!;
    expect(settings).toMatchObject({ learned: { max_tokens: "max_completion_tokens", temperature: null } });
    expect(counts).toEqual({ replies: 6, refused: 0 });
    expect(notices.at(-1)).toMatch(
      /max_tokens is sent as max_completion_tokens, temperature is left out\. Its replies/,
    );
  });

  it("because of a value that is too high is not asked for more than was meant", async () => {
    const { origin, close } = await refusing({
      max_tokens: "max_tokens is too large: 64. The model supports at most 8.",
    });
    stops.push(close);
    const step = asked.ask!.step(`${origin}/v1`);
    await expect(runStep(step, context())).rejects.toThrow(/answers no request: 400 max_tokens is too large: 64/);
  });

  it("is asked in batches again without them", async () => {
    const server = await serveBatches({
      outcome: (_id, _batch, body) =>
        "max_tokens" in body
          ? { status: 400, body: { error: { message: "Use 'max_completion_tokens' instead.", param: "max_tokens" } } }
          : "B",
    });
    stops.push(server.close);
    const run = openRun(root, { step: "ask", name: "batch", spec: named++, parents: [] });
    const asking = { root, run, endpoint: endpointAt(server.baseURL), requests, pollMs: 1 };
    expect(await askBatch(asking)).toMatchObject({
      counts: { replies: 4, refused: 0 },
      settings: { learned: { max_tokens: "max_completion_tokens" } },
    });
    expect(server.batches).toHaveLength(2);
  });

  it("is given up where it refuses a field that was left out", async () => {
    const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
    const server = await serveBatches({ outcome: () => ({ status: 400, body: { error: { message } } }) });
    stops.push(server.close);
    const run = openRun(root, { step: "ask", name: "batch", spec: named++, parents: [] });
    const asking = { root, run, endpoint: endpointAt(server.baseURL), requests, pollMs: 1 };
    await expect(askBatch(asking)).rejects.toThrow(/answers no request: 400 Unsupported parameter/);
    expect(server.batches).toHaveLength(2);
  });
});
