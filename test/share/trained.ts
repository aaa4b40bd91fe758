import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashFile, type Run } from "../../lib/store/index";
import { openStudy, pictureCell, runStep, type Step } from "../../lib/study/index";

const MODEL = "data/pocket/models/qwen2-vl";
const MODULE = "model.language_model.layers.0.self_attn.q_proj";

/** Replies to all items, of which the first `correct` are right. */
function reply(root: string, benchmark: Run, run: Run, correct: number): void {
  const rows = JSON.parse(readFileSync(join(root, benchmark.path("benchmark.json")), "utf8")) as Row[];
  const content = ({ answer }: Row, i: number) => (i < correct ? answer : answer === "A" ? "B" : "A");
  const lines = rows.map((row, i) => ({
    custom_id: String(row.index),
    response: { status_code: 200, body: { choices: [{ message: { content: content(row, i) } }] } },
    error: null,
  }));
  run.append(lines);
  run.finish({ counts: { replies: lines.length } });
}
interface Row {
  index: number;
  answer: string;
}

/**
 * The runs of a study around its first adapter, as if they had been computed: 24 of 48 items right before training, 36
 * after it, 12 with other items' pictures. The adapter has one matrix pair, which fits the tiny Qwen2-VL.
 */
export async function makeTraining(root: string, profile: string): Promise<Run> {
  const { layout } = openStudy(profile, root);
  const { train, evaluate, cell, trained } = layout.trainings.find((one) => one.trained.size === 32)!;
  const stepOf = (key: object) =>
    layout.cells.find((one) => JSON.stringify(one.cell) === JSON.stringify(key))!.step.run;
  const context = { signal: new AbortController().signal, onProgress: () => {} };
  await runStep(layout.benchmark, context);
  const { replies, samples } = layout.sources[trained.source]! as Record<"replies" | "samples", Step>;
  finish(replies.run, { replies: 20 });
  finish(samples.run, { kept: 50, read: 60 });
  mkdirSync(join(root, train.run.path("adapter")), { recursive: true });
  writeAdapter(root, train.run);
  train.run.append([{ step: 1, loss: 0.5 }]);
  train.run.finish({
    counts: { samples: 32, logged: 1 },
    settings: { torch: "2.13.0", device: "cpu", gpu: null, date: "26 Jul 2024", training: { rank: 2, warmup: 0 } },
  });
  const benchmark = layout.benchmark.run;
  reply(root, benchmark, stepOf(pictureCell(cell.model)), 24);
  reply(root, benchmark, evaluate.run, 36);
  reply(root, benchmark, stepOf({ ...cell, variant: "shuffled-picture" }), 12);
  return train.run;
}

function finish(run: Run, counts: Record<string, number>): void {
  run.begin();
  run.finish({ counts });
}

function writeAdapter(root: string, run: Run): void {
  const { hub, revision } = (run.spec.spec as { model: { hub?: string; revision?: string } }).model;
  const write = (name: string, content: string | Buffer) =>
    writeFileSync(join(root, run.path("adapter"), name), content);
  const config = { base_model_name_or_path: hub ?? MODEL, revision: revision ?? null, peft_type: "LORA", r: 2 };
  write("adapter_config.json", JSON.stringify({ ...config, lora_alpha: 4, target_modules: MODULE }));
  write(
    "base.json",
    JSON.stringify({ model: MODEL, commit: null, weights: hashFile(join(root, MODEL, "model.safetensors")) }),
  );
  write("README.md", "# PEFT's own card");
  const matrix = (name: string, shape: [number, number], at: number) => [
    `base_model.model.${MODULE}.lora_${name}.weight`,
    { dtype: "F32", shape, data_offsets: [at, at + 4 * shape[0] * shape[1]] },
  ];
  const header = JSON.stringify(Object.fromEntries([matrix("A", [2, 128], 0), matrix("B", [128, 2], 1024)]));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const numbers = Buffer.from(new Float32Array(512).fill(0.01).buffer);
  write("adapter_model.safetensors", Buffer.concat([length, Buffer.from(header), numbers]));
}
