import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Request } from "../../lib/ask/index";
import { assumedInputs, openStudy, type Step, type Study } from "../../lib/study/index";
import { runStep } from "../../lib/study/schedule";
import { alone, finishByHand, makeScratch } from "../study/scratch";

const PROFILE = `
name: tiny
evidence: "A test."
seed: 7
benchmark: { kind: pocket, items: 20 }
models:
  qwen2: { path: data/pocket/models/qwen2, label: Qwen2, kind: llm }
  qwen2-vl: { path: data/pocket/models/qwen2-vl, label: Qwen2-VL, kind: vlm, base: qwen2 }
captioner: qwen2-vl
sources: { teacher: { label: Teacher, kind: rules, per_call: 2, max_calls: 40 } }
teacher: teacher
shared_sources: [teacher]
synthesis: { max_tokens: 260, duplicate: 0.95, contamination: 1.0, contamination_measure: similarity, validation: 4, cluster: 0.95 }
sizes: [4, 8]
training: { rank: 32, alpha: 16, dropout: 0.05, learning_rate: 1.0e-3, epochs: 3, batch: 32, scheduler: linear, loss: answer }
decoding: { answer_tokens: 8, caption_tokens: 48, batch: 64 }
runtime: { threads: 1, dtype: float32 }
`;

/** A model answers the first option about this share of the items. */
const letterOf = (id: string, step: string): string => "ABC"[(Number(id) + step.length) % 3] ?? "A";

/** A project with a finished study: benchmark, text and screening are the kit's; what models do is written by hand. */
export async function makeStudy(): Promise<Study> {
  const root = makeScratch();
  writeFileSync(join(root, "tiny.yaml"), PROFILE);
  const study = openStudy(join(root, "tiny.yaml"), root);
  for (const step of study.layout.steps)
    if (step.work.kind === "inline") await runStep(step, alone());
    else
      finishByHand(step, () => (step.run.spec.step === "train" ? leaveAdapter(root, step) : leaveReplies(study, step)));
  return study;
}

/** The same study, opened anew as by another command. */
export const reopen = ({ root }: Study): Study => openStudy(join(root, "tiny.yaml"), root);

function leaveAdapter(root: string, { run, name }: Step): void {
  mkdirSync(join(root, run.path("adapter")));
  writeFileSync(join(root, run.path("adapter/adapter_model.safetensors")), `weights: ${name}`);
  run.append([{ step: 1, loss: 1 }]);
}

function leaveReplies({ context }: Study, { run, name, forecast }: Step): void {
  const { requests } = forecast!(assumedInputs(context)) as { requests: Request[] };
  run.append(
    requests.map(({ custom_id }) => {
      const content = name.includes("describes") ? "A boy is at the shop." : `${letterOf(custom_id, name)}.`;
      const body = { choices: [{ index: 0, message: { role: "assistant", content } }] };
      return { custom_id, response: { status_code: 200, body }, error: null };
    }),
  );
}
