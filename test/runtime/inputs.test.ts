import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job, Task } from "../../lib/runtime/index";
import { jobId, specOf, ticketSpecSchema } from "../../lib/runtime/inputs";

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};
const request = (...urls: string[]) =>
  `${JSON.stringify({ body: { messages: [{ content: urls.map((url) => ({ type: "image_url", image_url: { url } })) }] } })}\n`;
const hash = "0".repeat(64);
const job: Job = {
  model: "models/m",
  revision: null,
  date: "26 Jul 2024",
  dtype: "float32",
  threads: 1,
  tasks: [
    {
      kind: "predict",
      name: "ask",
      requests: "runs/ask/requests.jsonl",
      records: "runs/ask/records.jsonl",
      adapter: "runs/earlier/adapter",
      batch: 1,
    },
  ],
};
const pathsOf = () =>
  specOf(root, job, { ask: "ask/a" })
    .inputs.map(({ path }) => path)
    .sort();

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "wov-inputs-"));
  write("models/m/config.json", "{}");
  write("runs/earlier/adapter/adapter.bin", "a");
  write("pictures/1.png", "1");
  write('pictures/a "b".png', "2");
  const [data, web] = [`data:image/png;base64,AA#sha256=${hash}`, `https://host/3.png#sha256=${hash}`];
  const named = ["pictures/1.png", 'pictures/a "b".png'].map((path) => `${path}#sha256=${hash}`);
  write("runs/ask/requests.jsonl", request(...named, data, web));
});
afterAll(() => rmSync(root, { recursive: true }));

describe("what a job reads", () => {
  it("is its model, requests, adapter, and the pictures that requests name by a path", () => {
    expect(pathsOf()).toEqual([
      "models/m/config.json",
      "pictures/1.png",
      'pictures/a "b".png',
      "runs/ask/requests.jsonl",
      "runs/earlier/adapter/adapter.bin",
    ]);
  });

  it("is also the file of options that likelihoods need", () => {
    write("runs/ask/options.jsonl", "{}\n");
    const tasks = job.tasks.map(
      (task) => ({ ...task, likelihood: "letter", options: "runs/ask/options.jsonl" }) as Task,
    );
    const { inputs } = specOf(root, { ...job, tasks }, { ask: "ask/a" });
    expect(inputs.map(({ path }) => path)).toContain("runs/ask/options.jsonl");
  });

  it("gives its id, together with its tasks; what was left of it does not", () => {
    const id = () => jobId(specOf(root, job, { ask: "ask/a" }));
    const first = id();
    write("runs/ask/records.jsonl", "half\n");
    expect(pathsOf()).toContain("runs/ask/records.jsonl");
    expect(id()).toBe(first);
    write("models/m/config.json", '{"changed": true}');
    expect(id()).not.toBe(first);
  });

  it("leaves out what an earlier task of the job makes, and a model of the Hub", () => {
    const train = {
      ...{ kind: "train" as const, name: "train", train: "runs/ask/requests.jsonl", validation: null },
      ...{ adapter: "runs/earlier/adapter", log: "runs/earlier/log.jsonl", settings: {} as never },
    };
    const { inputs, outputs } = specOf(root, { ...job, model: "org/m", tasks: [train, ...job.tasks] }, {});
    expect(inputs.map(({ path }) => path)).not.toContain("runs/earlier/adapter/adapter.bin");
    expect(inputs.map(({ path }) => path)).not.toContain("models/m/config.json");
    const trained = ["adapter", "log.jsonl", "adapter.checkpoint"].map((name) => `runs/earlier/${name}`);
    expect(outputs).toEqual([...trained, "runs/ask/records.jsonl"]);
    expect(inputs.map(({ path }) => path)).not.toContain("runs/earlier/adapter.checkpoint");
    write("runs/earlier/adapter.checkpoint", "half");
    expect(specOf(root, { ...job, model: "org/m", tasks: [train] }, {}).inputs.map(({ path }) => path)).toEqual([
      "runs/ask/requests.jsonl",
      "runs/earlier/adapter.checkpoint",
    ]);
  });
});

describe("a stored job", () => {
  const spec = (output: string) => ({ job: { model: "m", tasks: [{ name: "a" }] }, runs: {}, outputs: [output] });

  it("is followed if it writes within the project", () => {
    expect(ticketSpecSchema.safeParse(spec("runs/a..b/records.jsonl")).success).toBe(true);
  });

  it.each(["/etc/passwd", "../a", "runs/../../a", "..", "C:\\a", "runs\\..\\..\\a"])(
    "is not if it writes to %s",
    (path) => {
      expect(ticketSpecSchema.safeParse(spec(path)).success).toBe(false);
    },
  );
});
