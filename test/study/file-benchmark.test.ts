import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drawItems, MODEL_PIXELS, renderPng } from "../../lib/pocket/index";
import { projectRoot } from "../../lib/root";
import type { AskStep } from "../../lib/study/ask-step";
import { openStudy, runStep } from "../../lib/study/index";

const PROFILE = `
name: own
evidence: "A test."
seed: 7
benchmark: { kind: file, file: bench.json, images: pictures }
models:
  qwen2: { path: data/pocket/models/qwen2, label: Qwen2, kind: llm }
  qwen2-vl: { path: data/pocket/models/qwen2-vl, label: Qwen2-VL, kind: vlm, base: qwen2 }
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

let root: string;
const drawn = drawItems("validation", 4, 7);
const drawPictures = (some: typeof drawn) => {
  for (const { row, picture } of some)
    writeFileSync(join(root, "pictures", row.image_file), renderPng(picture.svg, MODEL_PIXELS));
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "wov-file-"));
  symlinkSync(join(projectRoot(), "data"), join(root, "data"));
  mkdirSync(join(root, "pictures"));
  writeFileSync(join(root, "bench.json"), JSON.stringify(drawn.map(({ row }) => row)));
  writeFileSync(join(root, "own.yaml"), PROFILE);
  drawPictures(drawn.slice(0, 3));
});
afterAll(() => rmSync(root, { recursive: true }));

const open = () => openStudy(join(root, "own.yaml"), root);

it("a file in VIVA's format is the benchmark of a profile; items without a picture are not asked", async () => {
  const { layout, results } = open();
  await runStep(layout.benchmark, { signal: new AbortController().signal, onProgress: () => {} });
  expect(layout.benchmark.run.manifest()!.counts).toEqual({ items: 4, missing: 1 });
  expect(results().items.map(({ gold }) => gold)).toEqual(drawn.map(({ row }) => row.answer));
  const { step } = layout.cells.find(({ cell }) => cell.input === "picture")!;
  expect((step as AskStep).requests().map(({ custom_id }) => custom_id)).toEqual(["1", "2", "3"]);
});

it("another picture makes another run of the benchmark, and so of all that is asked about it", () => {
  const before = open().layout;
  drawPictures(drawn.slice(3));
  const after = open().layout;
  expect(after.benchmark.run.id).not.toBe(before.benchmark.run.id);
  expect(after.captions.run.id).not.toBe(before.captions.run.id);
  expect(after.sources.qwen2!.replies!.run.id).toBe(before.sources.qwen2!.replies!.run.id);
});
