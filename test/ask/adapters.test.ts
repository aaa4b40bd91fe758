import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serveAdapter } from "../../lib/ask/index";
import { hashInId, nameInId } from "../../lib/store/index";
import type { AskStep } from "../../lib/study/ask-step";
import { openStudy, runStep, type Study } from "../../lib/study/index";
import { alone, drawBenchmark, finishByHand, makeScratch } from "../study/scratch";
import { serveModels } from "./models-server";

const KEY = "sk-test-0123456789";
const ADAPTER = {
  name: "qwen2-vl-teacher-0123",
  base: "qwen2-vl",
  folder: "/runs/train/qwen2-vl-teacher-0123/adapter",
};

let server: Awaited<ReturnType<typeof serveModels>>;
beforeEach(async () => {
  // An adapter changes what is probable: a base model and its adapters differ.
  server = await serveModels({ models: ["qwen2-vl"], logprob: (model) => -1 / model.length });
});
afterEach(() => server.close());

const serve = () => serveAdapter({ endpoint: { baseURL: server.baseURL, apiKey: KEY, concurrency: 1 } }, ADAPTER);

describe("serveAdapter", () => {
  it("takes an adapter that is served already, without loading it", async () => {
    server.state.models = ["qwen2-vl", ADAPTER.name];
    await serve();
    expect(server.paths()).toEqual(["/models", "/chat/completions", "/chat/completions"]);
    expect(server.got.map(({ body }) => body?.model)).toEqual([undefined, "qwen2-vl", ADAPTER.name]);
  });

  it("has one loaded that is not served yet, by its name and its folder", async () => {
    server.state.load = "serve";
    await serve();
    expect(server.paths().slice(0, 2)).toEqual(["/models", "/load_lora_adapter"]);
    expect(server.got[1]!.body).toEqual({ lora_name: ADAPTER.name, lora_path: ADAPTER.folder });
    expect(new Set(server.got.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${KEY}`]));
  });

  it("says how to start a server that loads none", async () => {
    await expect(serve()).rejects.toThrow(
      new RegExp(
        `${server.baseURL} does not serve the adapter ${ADAPTER.name}, and does not load it \\(.*404.*\\)\\. Start it ` +
          `with --enable-lora --lora-modules ${ADAPTER.name}=${ADAPTER.folder}, or with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True`,
      ),
    );
    expect(server.charged).toEqual([]);
  });

  it("repeats why it was refused, but not the key", async () => {
    server.state.load = { status: 401, body: { error: { message: `Incorrect API key provided: ${KEY}` } } };
    const error = await serve().catch((thrown: Error) => thrown);
    expect((error as Error).message).toMatch(/does not load it \(.*Incorrect API key provided/);
    expect((error as Error).message).not.toContain(KEY);
  });

  it("refuses an engine that accepts an adapter and ignores it", async () => {
    server.state.load = "serve";
    server.state.logprob = () => -0.25;
    await expect(serve()).rejects.toThrow(
      /serves the adapter qwen2-vl-teacher-0123, but its answers are those of qwen2-vl: the engine ignores the adapter/,
    );
  });

  it("goes on where an endpoint gives no probabilities", async () => {
    server.state.load = "serve";
    server.state.logprob = () => undefined;
    await serve();
    expect(server.charged).toHaveLength(2);
  });

  it("goes on where an endpoint refuses to give any", async () => {
    server.state.load = "serve";
    server.state.answer = (body) =>
      "logprobs" in body ? { status: 400, body: { error: { message: "logprobs are not supported" } } } : "A";
    await serve();
    expect(server.paths()).toContain("/load_lora_adapter");
  });

  it("misses a base model that the endpoint does not have", async () => {
    server.state.models = [ADAPTER.name];
    await expect(serve()).rejects.toThrow(/\/v1: .*The model `qwen2-vl` does not exist/);
  });

  it("misses an adapter that the endpoint said to have loaded", async () => {
    server.state.load = "pretend";
    await expect(serve()).rejects.toThrow(/The model `qwen2-vl-teacher-0123` does not exist/);
  });

  it("says which address does not answer", async () => {
    await server.close();
    await expect(serve()).rejects.toThrow(/127\.0\.0\.1:\d+\/v1 cannot be reached or does not answer/);
  });
});

/** A VLM that has weights and an endpoint: it is trained here, and asked there. */
const profileOf = (url: string) => `
name: served
evidence: "A test."
seed: 7
benchmark: { kind: file, file: bench.json, images: pictures }
endpoints:
  box: { url: "${url}", concurrency: 2 }
models:
  qwen2: { path: data/pocket/models/qwen2, label: Qwen2, kind: llm }
  qwen2-vl: { path: data/pocket/models/qwen2-vl, endpoint: box, name: Qwen/Qwen2-VL, label: Qwen2-VL, kind: vlm, base: qwen2 }
captioner: qwen2-vl
sources:
  qwen2: { label: Qwen2, kind: model, model: qwen2, max_calls: 60 }
teacher: qwen2
shared_sources: [qwen2]
synthesis: { max_tokens: 260, validation: 8 }
sizes: [16]
training: { rank: 32, alpha: 16, dropout: 0.05, learning_rate: 1.0e-3, epochs: 3, batch: 32, scheduler: linear, loss: answer }
decoding: { answer_tokens: 8, caption_tokens: 48, batch: 64 }
runtime: { threads: 1, dtype: float32 }
`;

describe("a study whose VLM is trained here and answers behind an endpoint", () => {
  let root: string;
  let study: Study;
  beforeAll(() => {
    root = makeScratch();
    drawBenchmark(root, 3);
  });
  afterAll(() => rmSync(root, { recursive: true }));
  beforeEach(async () => {
    rmSync(join(root, "runs"), { recursive: true, force: true });
    server.state.models = ["Qwen/Qwen2-VL"];
    writeFileSync(join(root, "served.yaml"), profileOf(server.baseURL));
    study = openStudy(join(root, "served.yaml"), root);
    await runStep(study.layout.benchmark, alone());
  });

  const training = () => study.layout.trainings.find(({ trained }) => trained.source === "qwen2")!;
  const finishTraining = () => {
    const { train } = training();
    finishByHand(train, () => {
      mkdirSync(join(root, train.run.path("adapter")));
      writeFileSync(join(root, train.run.path("adapter/adapter_config.json")), "{}");
    });
    return `${nameInId(train.run.id)}-${hashInId(train.run.id)}`;
  };

  it("asks the base model by its name there, and the trained one by the name of the training's run", async () => {
    server.state.load = "serve";
    const name = finishTraining();
    const plain = study.layout.cells.find(({ cell }) => cell.input === "picture" && !cell.trained)!.step;
    await runStep(plain, alone());
    expect(server.got.map(({ body }) => body.model)).toEqual(Array(3).fill("Qwen/Qwen2-VL"));
    server.got.length = 0;
    await runStep(training().evaluate, alone());
    const folder = join(root, training().train.run.path("adapter"));
    expect(server.got.find(({ path }) => path === "/load_lora_adapter")!.body).toEqual({
      lora_name: name,
      lora_path: folder,
    });
    const asked = server.got.filter(({ body }) => body?.model === name && !body.logprobs);
    expect(asked).toHaveLength(3);
    expect(asked[0]!.body).toMatchObject({ max_tokens: 8, temperature: 0, repetition_penalty: 1 });
    expect(asked[0]!.body.messages[0].content[0].image_url.url).toMatch(/^data:image\/png;base64,/);
    expect(training().evaluate.run.manifest()!.counts).toEqual({ replies: 3, refused: 0 });
    expect(study.results().get(training().cell)!.items).toBe(3);
  });

  it("asks nothing of an engine that ignores the adapter", async () => {
    server.state.load = "serve";
    server.state.logprob = () => -0.25;
    finishTraining();
    await expect(runStep(training().evaluate, alone())).rejects.toThrow(/ignores the adapter/);
    expect(training().evaluate.run.records()).toEqual([]);
    expect(training().evaluate.run.state()).toBe("begun");
  });

  it("shows the trained model other items' pictures under the same name", async () => {
    const shuffled = study.layout.cells.find(({ cell }) => cell.variant === "shuffled-picture")!.step as AskStep;
    const models = new Set(shuffled.requests().map(({ body }) => body.model));
    expect(models).toEqual(new Set([`${nameInId(training().train.run.id)}-${hashInId(training().train.run.id)}`]));
    expect(shuffled.needs).toContain(training().train);
  });
});
