import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lib/root";

const here = projectRoot();

/** A profile of one VLM and its base, small enough to run many times. */
export const SMALL = `
name: small
evidence: "A test."
seed: 7
benchmark: { kind: pocket, items: 48 }
models:
  qwen2: { path: data/pocket/models/qwen2, label: Qwen2, kind: llm }
  qwen2-vl: { path: data/pocket/models/qwen2-vl, label: Qwen2-VL, kind: vlm, base: qwen2 }
captioner: qwen2-vl
sources:
  teacher: { label: Teacher, kind: rules, per_call: 4, max_calls: 40 }
  qwen2: { label: Qwen2, kind: model, model: qwen2, per_call: 3, max_calls: 60 }
teacher: teacher
shared_sources: [teacher]
synthesis: { max_tokens: 260, duplicate: 0.95, contamination: 1.0, contamination_measure: similarity, validation: 8, cluster: 0.95 }
sizes: [16, 32]
training: { rank: 32, alpha: 16, dropout: 0.05, learning_rate: 1.0e-3, epochs: 3, batch: 32, scheduler: linear, loss: answer }
decoding: { answer_tokens: 8, caption_tokens: 48, batch: 64 }
runtime: { threads: 1, dtype: float32 }
`;

/** A project of its own, with the programs of this one and runs and models of its own; a profile `small.yaml`. */
export function makeProject(): string {
  const root = mkdtempSync(join(tmpdir(), "wov-project-"));
  for (const shared of ["package.json", "remote", ".venv", "lib"]) symlinkSync(join(here, shared), join(root, shared));
  mkdirSync(join(root, "data/profiles"), { recursive: true });
  for (const file of ["prices.json", "cards.json", "paper.yaml", "published.json", "seeds.json"])
    cpSync(join(here, "data", file), join(root, "data", file)); // no link: tests may write their own
  cpSync(join(here, "data/pocket"), join(root, "data/pocket"), { recursive: true });
  writeFileSync(join(root, "small.yaml"), SMALL);
  return root;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts `wov` in a project, as the leader of a process group. */
export function start(root: string, args: string[], more = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const env = { ...process.env, WOV_ROOT: root, ...more };
  const child = spawn(process.execPath, [join(here, "lib/wov.mjs"), ...args], { cwd: root, env, detached: true });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}

/** Runs `wov` in a project to its end. */
export const wov = (root: string, ...args: string[]): Promise<Ended> => start(root, args).ended;
