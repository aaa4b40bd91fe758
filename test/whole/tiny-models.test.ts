import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { makeProject, wov } from "./project";

const models = ["llama", "qwen2", "mllama", "qwen2-vl", "llava-onevision"];
let root: string;
let built: string;

beforeAll(async () => {
  root = makeProject();
  built = mkdtempSync(join(tmpdir(), "wov-tiny-models-"));
  const { code, stderr } = await wov(root, "tiny-models", "--miniature", "--to", built);
  expect([code, stderr]).toEqual([0, expect.stringContaining("the models are in")]);
});
afterAll(() => {
  rmSync(root, { recursive: true });
  rmSync(built, { recursive: true });
});

describe.each(models)("%s", (model) => {
  it("comes about from nothing, with the shipped one's configuration", () => {
    // Rows of embeddings beyond the tokens are padding, of which the shipped models have none.
    const read = (folder: string, file: string) =>
      readFileSync(join(folder, model, file), "utf8").replace(/"vocab_size": \d+/, '"vocab_size": 0');
    const shipped = join(projectRoot(), "data/pocket/models");
    for (const file of ["config.json", "tokenizer.json", "chat_template.jinja"])
      expect(read(built, file)).toBe(read(shipped, file));
    expect(read(built, "README.md")).toMatch(/^# .* \(tiny\)$/m);
  });

  it("is shipped with a card, in at most 3 MB", () => {
    const folder = join(projectRoot(), "data/pocket/models", model);
    expect(statSync(join(folder, "model.safetensors")).size).toBeLessThan(3e6);
    expect(existsSync(join(folder, "README.md"))).toBe(true);
  });
});

describe("wov tiny-models", () => {
  it("does not overwrite the real models with a miniature", async () => {
    const { code, stderr } = await wov(root, "tiny-models", "--miniature");
    expect([code, stderr.trim()]).toEqual([2, expect.stringContaining("give another folder with --to")]);
  });
});
