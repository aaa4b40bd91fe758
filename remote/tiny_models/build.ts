import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WovError } from "../../lib/errors";
import { ended, venvProgram } from "../../lib/process";
import { writeCorpus } from "./write-corpus";

/** Models by family: a language model, then those built on it. Must equal FAMILIES in recipes.py. */
const FAMILIES = { llama: ["llama", "mllama"], qwen2: ["qwen2", "llava-onevision", "qwen2-vl"] };
const FULL = { lines: 160_000, lists: 2500, pictures: 6000, validation: 600 };
const MINIATURE = { lines: 400, lists: 20, pictures: 40, validation: 20 };
const SEED = 7;

/**
 * Trains the five tiny models from scratch, one process per family, and copies them to a folder. After an
 * interruption it continues after the last model that was finished.
 *
 * @param target folder for the models; those of the same name are replaced
 * @param miniature only a few steps of everything, to test that it works; the models learn nothing
 */
export async function buildTinyModels(root: string, target: string, miniature: boolean): Promise<void> {
  const work = join(root, "runs", miniature ? "tiny-models-miniature" : "tiny-models");
  const corpus = join(work, "corpus");
  if (!existsSync(corpus)) {
    process.stderr.write("writing text and pictures …\n");
    rmSync(`${corpus}.part`, { recursive: true, force: true });
    await writeCorpus(`${corpus}.part`, miniature ? MINIATURE : FULL, SEED);
    renameSync(`${corpus}.part`, corpus);
  }
  const args = ["--corpus", corpus, "--out", work, ...(miniature ? ["--miniature"] : [])];
  await Promise.all(Object.keys(FAMILIES).map((family) => trainFamily(root, family, args)));
  mkdirSync(target, { recursive: true });
  for (const model of Object.values(FAMILIES).flat()) {
    rmSync(join(target, model), { recursive: true, force: true });
    cpSync(join(work, model), join(target, model), { recursive: true });
  }
  rmSync(work, { recursive: true });
}

async function trainFamily(root: string, family: string, args: string[]): Promise<void> {
  const env = { ...process.env, PYTHONPATH: join(root, "remote"), HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1" };
  const child = spawn(venvProgram(root, "python"), ["-m", "tiny_models", "--family", family, ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (data) => (log = (log + data).slice(-4000)));
  createInterface({ input: child.stdout }).on("line", (line) =>
    process.stderr.write(`${progressText(JSON.parse(line))}\n`),
  );
  if ((await ended(child)) !== 0) throw new WovError(`training ${family} failed:\n${log.trimEnd()}`);
}

/** "qwen2 1200 of 4600, loss 0.79, right 24.0 %" */
function progressText(event: Record<string, string | number | undefined>): string {
  const { task, done, total, loss, right, rate } = event;
  const parts = [
    event.event === "done" ? `${task} is ready` : `${task}${total ? ` ${done} of ${total}` : ""}`,
    rate === undefined ? "" : `rate ${rate}`,
    loss === undefined ? "" : `loss ${loss}`,
    right === undefined ? "" : `right ${(100 * Number(right)).toFixed(1)} %`,
  ];
  return parts.filter(Boolean).join(", ");
}
