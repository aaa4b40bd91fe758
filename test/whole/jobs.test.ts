import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pictureRequest, type Request, textsById } from "../../lib/ask/index";
import { drawItems, MODEL_PIXELS, renderPng, seedQuestions } from "../../lib/pocket/index";
import { pictureDecisionPrompt, renderQuestions } from "../../lib/prompts/index";
import { createLocalRuntime, type Job, type JobEvent, type Task, TEMPLATE_DATE } from "../../lib/runtime/index";
import { readRecords, sha256 } from "../../lib/store/index";
import { readSamples, toPromptCompletion } from "../../lib/synthesis/index";
import { makeProject } from "./project";

let root: string;
let requests: Request[];
const events: JobEvent[] = [];
const inRoot = (file: string) => join(root, file);
const writeLines = (file: string, lines: unknown[]) =>
  writeFileSync(inRoot(file), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
const replies = (file: string) => textsById(readRecords(inRoot(file)), file);

const run = async (model: string, ...tasks: Task[]) => {
  const path = `data/pocket/models/${model}`;
  const job: Job = { model: path, revision: null, date: TEMPLATE_DATE, threads: 1, dtype: "float32", tasks };
  const runtime = createLocalRuntime(root, { threads: 1, gpus: 1 });
  for await (const event of runtime.follow(await runtime.submit(job, {}))) events.push(event);
};
const predict = (records: string, batch: number, adapter: string | null = null): Task => ({
  kind: "predict",
  name: records,
  requests: "requests.jsonl",
  records,
  adapter,
  batch,
});

beforeAll(() => {
  root = makeProject();
  mkdirSync(inRoot("images"));
  requests = drawItems("validation", 40, 7).map(({ row, picture }) => {
    const png = renderPng(picture.svg, MODEL_PIXELS);
    writeFileSync(inRoot(`images/${row.image_file}`), png);
    const named = { path: `images/${row.image_file}`, sha256: sha256(png) };
    const options = row.action_list.map((line) => ({ letter: line[0]!, text: line.slice(3) }));
    return pictureRequest(String(row.index), named, pictureDecisionPrompt(options), {
      model: "m",
      max_tokens: 8,
      temperature: 0,
    });
  });
  writeLines("requests.jsonl", requests);
});
afterAll(() => rmSync(root, { recursive: true }));

describe.each(["mllama", "qwen2-vl", "llava-onevision"])("%s", (model) => {
  it("gives the same replies in batches as one by one, and continues an interrupted run", async () => {
    await run(model, predict(`${model}-one.jsonl`, 1), predict(`${model}-many.jsonl`, 16));
    const alone = replies(`${model}-one.jsonl`);
    expect(replies(`${model}-many.jsonl`)).toEqual(
      new Map([...replies(`${model}-many.jsonl`).keys()].map((id) => [id, alone.get(id)])),
    );
    expect(new Set(alone.values()).size).toBeGreaterThan(3);
    const whole = readFileSync(inRoot(`${model}-many.jsonl`), "utf8");
    writeFileSync(inRoot(`${model}-many.jsonl`), whole.slice(0, whole.length / 2));
    await run(model, predict(`${model}-many.jsonl`, 16));
    expect(new Set(readFileSync(inRoot(`${model}-many.jsonl`), "utf8").split("\n"))).toEqual(
      new Set(whole.split("\n")),
    );
  });

  it("trains its language layers only, and is unchanged without the adapter", async () => {
    const { samples } = readSamples(renderQuestions(seedQuestions()), "seeds", "c");
    writeLines(
      "train.jsonl",
      samples.map((sample) => toPromptCompletion(sample)),
    );
    const settings = {
      rank: 4,
      alpha: 16,
      dropout: 0,
      learningRate: 0.05,
      epochs: 4,
      batch: 5,
      scheduler: "linear",
      seed: 1,
      loss: "answer" as const,
      warmup: 0,
      keep: "last" as const,
      microBatch: null,
      gradientCheckpointing: null,
      packing: "auto" as const,
      processes: 1,
    };
    const train: Task = {
      kind: "train",
      name: "train",
      train: "train.jsonl",
      validation: null,
      adapter: `${model}-adapter`,
      log: `${model}-log.jsonl`,
      settings,
    };
    await run(
      model,
      train,
      predict(`${model}-adapted.jsonl`, 16, `${model}-adapter`),
      predict(`${model}-after.jsonl`, 16),
    );
    expect(replies(`${model}-adapted.jsonl`)).not.toEqual(replies(`${model}-many.jsonl`));
    expect(replies(`${model}-after.jsonl`)).toEqual(
      new Map([...replies(`${model}-after.jsonl`).keys()].map((id) => [id, replies(`${model}-one.jsonl`).get(id)])),
    );
    const { target_modules } = JSON.parse(readFileSync(inRoot(`${model}-adapter/adapter_config.json`), "utf8"));
    expect(target_modules).toMatch(/language_model/);
    expect(readdirSync(root)).not.toContain(`${model}-adapter.part`);
  });
});

describe("a job", () => {
  it("refuses a picture whose bytes are not those in the request", async () => {
    writeFileSync(inRoot("images/1.png"), readFileSync(inRoot("images/2.png")));
    await expect(run("qwen2-vl", predict("wrong.jsonl", 16))).rejects.toThrow(
      /images\/1\.png: the picture is not the one/,
    );
  });

  it("refuses a task of an unknown kind", async () => {
    await expect(run("qwen2", { kind: "dance" } as unknown as Task)).rejects.toThrow(/tasks\[0\]\.kind is 'dance'/);
  });

  it("reports its progress", () => {
    const last = { event: "progress", task: "mllama-one.jsonl", done: 40, total: 40, tokens: expect.any(Number) };
    expect(events).toContainEqual(last);
  });

  it("reports the settings that it used", () => {
    const settings = events.filter((event) => (event as { event: string }).event === "settings");
    expect(settings).toContainEqual(
      expect.objectContaining({
        task: "mllama-one.jsonl",
        date: "26 Jul 2024",
        generation: expect.objectContaining({
          repetition_penalty: 1,
          use_cache: false,
          decodings: [{ do_sample: false, max_new_tokens: 8 }],
        }),
      }),
    );
    expect(settings).toContainEqual(
      expect.objectContaining({ task: "train", training: expect.objectContaining({ rank: 4, alpha: 16, seed: 1 }) }),
    );
  });
});
