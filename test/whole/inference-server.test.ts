import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askRun, type Decoding, pictureRequest, type Reply, type Request, textRequest } from "../../lib/ask/index";
import { type DrawnItem, drawItems, MODEL_PIXELS, renderPng } from "../../lib/pocket/index";
import { captionDecisionPrompt, pictureDecisionPrompt } from "../../lib/prompts/index";
import { createLocalRuntime } from "../../lib/runtime/index";
import { openRun, readRecords, sha256 } from "../../lib/store/index";
import { type InferenceServer, startInferenceServer } from "./inference-server";
import { makeProject } from "./project";

const [LLAMA, LLAVA] = ["data/pocket/models/llama", "data/pocket/models/llava-onevision"];
let root: string;
let server: InferenceServer;
const decodingOf = (model: string): Decoding => ({ model, max_tokens: 8, temperature: 0 });
const optionsOf = ({ row }: DrawnItem) => row.action_list.map((line) => ({ letter: line[0]!, text: line.slice(3) }));
const items = drawItems("validation", 10, 7);

const asLlm = (item: DrawnItem, model: string): Request => {
  const prompt = captionDecisionPrompt(item.row.situation_description, optionsOf(item));
  return textRequest(String(item.row.index), prompt, decodingOf(model));
};
const asVlm = (item: DrawnItem, model: string): Request => {
  const png = renderPng(item.picture.svg, MODEL_PIXELS);
  const named = { path: `images/${item.row.image_file}`, sha256: sha256(png) };
  writeFileSync(join(root, named.path), png);
  return pictureRequest(String(item.row.index), named, pictureDecisionPrompt(optionsOf(item)), decodingOf(model));
};

async function ask(requests: Request[], extra?: Record<string, unknown>) {
  const run = openRun(root, { step: "ask", name: "server", spec: { requests, extra }, parents: [] });
  const endpoint = { baseURL: server.baseURL, apiKey: "none", concurrency: 2, extra };
  const outcome = await askRun({ root, run, requests, endpoint });
  return { outcome, replies: run.records<Reply>() };
}

/** The same requests, answered by a job of our own one by one, as the server does. */
async function runJob(model: string, requests: Request[]): Promise<Reply[]> {
  const name = basename(model);
  const files = { requests: `${name}-requests.jsonl`, records: `${name}-records.jsonl` };
  writeFileSync(join(root, files.requests), requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
  const task = { kind: "predict" as const, name: model, ...files, adapter: null, batch: 1 };
  const job = { model, revision: null, threads: 1, dtype: "float32", tasks: [task] };
  for await (const _ of createLocalRuntime(root, 1).submit(job).events());
  return readRecords(join(root, files.records)) as Reply[];
}

/** Text and usage of replies, in the order of the items. */
const contents = (replies: Reply[]) =>
  replies
    .sort((a, b) => Number(a.custom_id) - Number(b.custom_id))
    .map(({ response }) => [response!.body.choices[0]!.message.content, response!.body.usage]);

beforeAll(async () => {
  root = makeProject();
  mkdirSync(join(root, "images"));
  server = await startInferenceServer([LLAMA, LLAVA]);
});
afterAll(async () => {
  await server?.close();
  rmSync(root, { recursive: true });
});

// Together, because a model that is not there is asked for again until about 11 s have passed.
describe.concurrent("a real inference server", () => {
  it.each([
    ["an LLM", LLAMA, asLlm],
    ["a VLM", LLAVA, asVlm],
  ])("answers as %s of our own jobs does, with the same usage", async (_, model, toRequest) => {
    const requests = items.map((item) => toRequest(item, model));
    const [{ outcome, replies }, ours] = await Promise.all([ask(requests), runJob(model, requests)]);
    expect(contents(replies)).toEqual(contents(ours));
    expect(new Set(contents(replies).map(([text]) => text)).size).toBeGreaterThan(2);
    expect(outcome).toMatchObject({ counts: { replies: 10, refused: 0 }, settings: { model, max_tokens: 8 } });
    expect(outcome.tokens!.prompt).toBeGreaterThan(100);
  });

  it("fails for a model that is not there, which only the server names", async ({ expect }) => {
    const requests = items.map((item) => asLlm(item, "no-such-model"));
    await expect(ask(requests)).rejects.toThrow(`${server.baseURL} answers no request: `);
    expect(server.log()).toContain("no-such-model");
  });

  it("refuses a field that OpenAI does not have, which vLLM takes", async ({ expect }) => {
    const requests = items.map((item) => asLlm(item, LLAMA));
    await expect(ask(requests, { repetition_penalty: 1 })).rejects.toThrow(
      /answers no request: 422 .*Unexpected fields in the request: \{'repetition_penalty'\}/,
    );
  });
});
