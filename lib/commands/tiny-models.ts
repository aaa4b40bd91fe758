import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { writeCorpus } from "../../remote/tiny_models/write-corpus";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { lockStudy } from "../store/index";
import { ended, venvProgram } from "./python";

/** Models by family: a language model, then those built on it. As in remote/tiny_models/recipes.py. */
const FAMILIES = { llama: ["llama", "mllama"], qwen2: ["qwen2", "llava-onevision", "qwen2-vl"] };
const FULL = { lines: 160_000, lists: 2500, pictures: 6000, validation: 600 };
const MINIATURE = { lines: 400, lists: 20, pictures: 40, validation: 20 };
const SEED = 7;

/** `wov tiny-models`: brings up the five tiny models from nothing. */
export function addTinyModels(program: Command): void {
  program
    .command("tiny-models")
    .description("rebuild the five tiny models from nothing (about 20 min on two cores)")
    .option("--to <folder>", "put them there, not into data/pocket/models")
    .option("--miniature", "a few steps of everything: shows that it runs; the models know nothing")
    .action(async ({ to, miniature = false }: { to?: string; miniature?: boolean }) => {
      const root = projectRoot();
      if (miniature && !to) throw new WovError("--miniature would overwrite the real models: say where with --to", 2);
      const release = lockStudy(root, "tiny-models");
      try {
        await bringUp(root, to ?? join(root, "data/pocket/models"), miniature);
      } finally {
        release();
      }
    });
}

async function bringUp(root: string, target: string, miniature: boolean): Promise<void> {
  const work = join(root, "runs", miniature ? "tiny-models-miniature" : "tiny-models");
  const corpus = join(work, "corpus");
  if (!existsSync(corpus)) {
    process.stderr.write("writing text and pictures …\n");
    rmSync(`${corpus}.part`, { recursive: true, force: true });
    await writeCorpus(`${corpus}.part`, miniature ? MINIATURE : FULL, SEED);
    renameSync(`${corpus}.part`, corpus);
  }
  await Promise.all(Object.keys(FAMILIES).map((family) => bringUpFamily(root, family, corpus, work, miniature)));
  mkdirSync(target, { recursive: true });
  for (const model of Object.values(FAMILIES).flat()) {
    rmSync(join(target, model), { recursive: true, force: true });
    cpSync(join(work, model), join(target, model), { recursive: true });
  }
  rmSync(work, { recursive: true });
  process.stderr.write(`the models are in ${relative(process.cwd(), target)}; runs of the old ones stay as they are\n`);
}

/** One process a family; it goes on after the last model that a killed one finished. */
async function bringUpFamily(
  root: string,
  family: string,
  corpus: string,
  out: string,
  miniature: boolean,
): Promise<void> {
  const args = [
    "-m",
    "tiny_models",
    "--family",
    family,
    "--corpus",
    corpus,
    "--out",
    out,
    ...(miniature ? ["--miniature"] : []),
  ];
  const env = { ...process.env, PYTHONPATH: join(root, "remote"), HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1" };
  const child = spawn(venvProgram(root, "python"), args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (data) => (log = (log + data).slice(-4000)));
  createInterface({ input: child.stdout }).on("line", (line) =>
    process.stderr.write(`${sentence(JSON.parse(line))}\n`),
  );
  if ((await ended(child)) !== 0) throw new WovError(`bringing up ${family} failed:\n${log.trimEnd()}`);
}

/** A line of progress for people: "qwen2 1200 of 4600, loss 0.79, right 24.0 %". */
function sentence({
  event,
  task,
  done,
  total,
  loss,
  right,
  rate,
}: Record<string, string | number | undefined>): string {
  const parts = [
    event === "done" ? `${task} is ready` : `${task}${total ? ` ${done} of ${total}` : ""}`,
    rate === undefined ? "" : `rate ${rate}`,
    loss === undefined ? "" : `loss ${loss}`,
    right === undefined ? "" : `right ${(100 * Number(right)).toFixed(1)} %`,
  ];
  return parts.filter(Boolean).join(", ");
}
