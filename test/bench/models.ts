import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ended, venvProgram } from "../../lib/process";

/** A line of `remote/bench/training.py` or `prediction.py`: one way of doing the same work. */
export interface Measured {
  date: string;
  bench: "train" | "predict";
  model: string;
  way: string;
  /** What went wrong, if it could not be done. */
  error?: string;
  [figure: string]: unknown;
}

const SCRIPTS = { train: "remote/bench/training.py", predict: "remote/bench/prediction.py" };
/** Where all results are kept, the newest of each kind. */
export const RESULTS_FILE = "remote/bench/results.json";
const POCKET = ["qwen2-vl", "mllama", "llava-onevision"];
const REAL = ["qwen2-vl-7b", "llama-3.2-11b-vision", "llava-onevision-7b"];

/** Measures training or prediction, and keeps the results. With `real`, models of the paper's size, which need a GPU. */
export async function benchModels(root: string, bench: "train" | "predict", real = false): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const model of real ? REAL : POCKET) results.push(...(await measure(root, bench, model)));
  keepResults(root, results);
  return results;
}

async function measure(root: string, bench: "train" | "predict", model: string): Promise<Measured[]> {
  const child = spawn(venvProgram(root, "python"), [SCRIPTS[bench], model], { cwd: root });
  const end = ended(child);
  const log: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const found: Measured[] = [];
  const date = new Date().toISOString().slice(0, 10);
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('"way"')) found.push({ date, bench, ...JSON.parse(line) }); // other lines are events of a task
  if ((await end) !== 0) throw new Error(`${SCRIPTS[bench]} ${model}: ${log.slice(-5).join("\n")}`);
  return found;
}

/** A result replaces an earlier one of the same model, way and hardware. */
function keepResults(root: string, results: readonly Measured[]): void {
  const file = join(root, RESULTS_FILE);
  const keyOf = ({ bench, model, way, hardware }: Measured) => JSON.stringify([bench, model, way, hardware]);
  const earlier: Measured[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  const kept = new Map([...earlier, ...results].map((one) => [keyOf(one), one]));
  writeFileSync(file, `${JSON.stringify([...kept.values()], null, 1)}\n`);
}

export const modelsText = (results: readonly Measured[]): string =>
  results
    .map(({ date: _, bench: __, model, way, hardware, ...figures }) => {
      const text = Object.entries(figures).flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]));
      return `${model}, ${way}, ${hardware}: ${text.join(", ")}`;
    })
    .join("\n");
