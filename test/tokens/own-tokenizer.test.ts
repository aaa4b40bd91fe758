import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../../lib/root";
import { openTokenCounter } from "../../lib/tokens/index";
import { drawRequests } from "./fixture";

const root = mkdtempSync(join(tmpdir(), "wov-own-tokens-"));
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());
const requests = drawRequests(root);
const tiny = (name: string) => join(projectRoot(), "data/pocket/models", name);
const HOW = "the model's own tokenizer and chat template";

// Measured with transformers 5.23.0: `answer(base.model, base, [request])` of remote/predict.py, one request per batch,
// with `base = load_base(folder, "float32")`; the numbers are `usage.prompt_tokens`.
describe("prompts are counted as remote/predict.py counts them", () => {
  it.each([
    ["llama", { text: 58, parts: 16 }],
    ["qwen2", { text: 58, parts: 16 }],
    ["qwen2-vl", { text: 58, parts: 16, square: 76, wide: 120, narrow: 78, two: 89 }],
    ["llava-onevision", { text: 58, parts: 16, square: 96, wide: 86, narrow: 80, two: 47 }],
    ["mllama", { text: 58, parts: 16, square: 67, wide: 67, narrow: 67, two: 27 }],
  ])("%s", async (name, measured) => {
    const counter = await openTokenCounter(root, { path: tiny(name) });
    expect(counter.how).toBe(HOW);
    const counted = Object.keys(measured).map((key) => [key, counter.prompt(requests[key]!)]);
    expect(Object.fromEntries(counted)).toEqual(measured);
  });
});

it("a picture for a model that takes none is an error", async () => {
  const counter = await openTokenCounter(root, { path: tiny("llama") });
  expect(() => counter.prompt(requests.square!)).toThrow(/^request 64x64: .*llama takes no pictures$/);
});

it("counts what a model writes", async () => {
  const counter = await openTokenCounter(projectRoot(), { path: "data/pocket/models/qwen2" });
  // Measured as len(tokenizer(text, add_special_tokens=False)["input_ids"])
  expect(["A", "", "Call for help at once.", "é日本"].map(counter.text)).toEqual([1, 0, 22, 8]);
  expect(await openTokenCounter(projectRoot(), { path: "data/pocket/models/qwen2" })).toBe(counter);
});

describe("a name on the Hub is looked up in the local cache", () => {
  const snapshot = join(root, "hub/models--me--tiny/snapshots/c0ffee");
  cpSync(tiny("llama"), snapshot, { recursive: true, filter: (file) => !file.endsWith(".safetensors") });
  mkdirSync(join(root, "hub/models--me--tiny/refs"));
  writeFileSync(join(root, "hub/models--me--tiny/refs/main"), "c0ffee\n");

  it.each([
    ["HF_HUB_CACHE", join(root, "hub"), undefined, true],
    ["HF_HOME", root, undefined, true],
    ["HF_HUB_CACHE", join(root, "hub"), "c0ffee", true],
    ["HF_HUB_CACHE", join(root, "hub"), "v2", false],
    ["HF_HUB_CACHE", join(root, "none"), undefined, false],
  ])("%s=%s, revision %s", async (variable, value, revision, found) => {
    vi.stubEnv("HF_HUB_CACHE", undefined);
    vi.stubEnv(variable, value);
    // A root for each, as counters are kept
    const elsewhere = mkdtempSync(join(root, "root-"));
    const counter = await openTokenCounter(elsewhere, { path: "me/tiny", revision });
    expect(counter.how === HOW).toBe(found);
    if (found) expect(counter.prompt(requests.text!)).toBe(58);
  });
});

describe("a folder", () => {
  const copy = (name: string, change: (folder: string) => void): string => {
    const folder = mkdtempSync(join(root, "model-"));
    cpSync(tiny(name), folder, { recursive: true, filter: (file) => !file.endsWith(".safetensors") });
    change(folder);
    return folder;
  };
  const update = (folder: string, file: string, values: object) => {
    const path = join(folder, file);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...values }));
  };
  const withTemplate = (template: string) =>
    copy("llama", (folder) => writeFileSync(join(folder, "chat_template.jinja"), template));

  it("may keep its chat template in its tokenizer's configuration", async () => {
    const chat_template = [
      { name: "tool_use", template: "tools" },
      { name: "default", template: "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}" },
    ];
    const path = copy("llama", (folder) => {
      rmSync(join(folder, "chat_template.jinja"));
      update(folder, "tokenizer_config.json", { chat_template });
    });
    const counter = await openTokenCounter(root, { path });
    // The tiny template puts the same marks around a message, and one more before the reply.
    expect(counter.prompt(requests.text!)).toBe(57);
  });

  it("has its template rendered with the date that prediction shows", async () => {
    const dated = withTemplate("{{ date_string }}, {{ strftime_now('%d %b %Y') }}");
    const fixed = withTemplate("26 Jul 2024, 26 Jul 2024");
    const [one, other] = [await openTokenCounter(root, { path: dated }), await openTokenCounter(root, { path: fixed })];
    expect(one.prompt(requests.text!)).toBe(other.prompt(requests.text!));
  });

  it("whose kind of picture is not known says so", async () => {
    const path = copy("qwen2-vl", (folder) => {
      update(folder, "config.json", { model_type: "new_vl" });
      update(folder, "processor_config.json", { image_processor: { size: 64 } });
    });
    const counter = await openTokenCounter(root, { path });
    expect(counter.how).toBe(`${HOW}, and 765 tokens per picture`);
    expect(counter.prompt(requests.square!)).toBe(58 + 2 + 765);
  });

  it("without a tokenizer, without a template, or with a template that cannot be used, is counted by the rule", async () => {
    const how = async (path: string) => (await openTokenCounter(root, { path })).how;
    const rule = "4 characters per token, as its tokenizer is not here";
    expect(await how(copy("llama", (folder) => rmSync(join(folder, "tokenizer.json"))))).toBe(rule);
    expect(await how(copy("llama", (folder) => rmSync(join(folder, "chat_template.jinja"))))).toBe(rule);
    expect(await how(withTemplate("{{ raise_exception('no') }}"))).toBe(
      "4 characters per token, as its tokenizer cannot be used here (no)",
    );
  });
});
