import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { modelIdentity } from "../../lib/study/model-identity";

let root: string;
const source = join(projectRoot(), "data/pocket/models/qwen2-vl");
let copies = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "wov-identity-"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** The identity of a copy of a tiny model, in which a file was changed. */
function identityWith(file?: string): unknown {
  const path = `models/${copies++}`;
  cpSync(source, join(root, path), { recursive: true });
  if (file) writeFileSync(join(root, path, file), " ", { flag: "a" });
  return modelIdentity(root, { path });
}

it.each([
  "model.safetensors",
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
  "processor_config.json",
  "vocab.txt",
  "tokenizer.model",
])("a model whose %s is changed is another model", (file) => expect(identityWith(file)).not.toEqual(identityWith()));

it("a model that was moved, or whose README is changed, is the same", () =>
  expect(identityWith("README.md")).toEqual(identityWith()));
