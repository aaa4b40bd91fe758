import type { BenchmarkSource } from "../benchmark/index";
import { hashOf } from "../store/index";
import type { AskStep } from "./ask-step";
import type { Backend } from "./backend";
import { benchmarkStep } from "./benchmark-step";
import { captionStep, decideOnPictures, decideOnText } from "./pilot";
import type { Step } from "./step";

/** The tasks that a model can be given with a benchmark's items. */
export const benchmarkTasks = {
  pictures: "decide on the items' pictures (VLMs)",
  situations: "decide on the benchmark's own sentence about each picture (LLMs)",
  captions: "decide on captions that another run wrote (LLMs)",
  describe: "write captions of the pictures (VLMs)",
} as const;
export type BenchmarkTask = keyof typeof benchmarkTasks;

/** A task outside any profile. */
export interface BenchmarkTaskOptions {
  task: BenchmarkTask;
  benchmark: BenchmarkSource;
  backend: Backend;
  maxTokens: number;
  /** Captions by item index, for the task "captions". */
  captions?: ReadonlyMap<number, string>;
}

/** The steps of a task: the benchmark is prepared, then the model is asked. */
export function benchmarkTaskSteps(root: string, options: BenchmarkTaskOptions): { benchmark: Step; ask: AskStep } {
  const { task, backend, maxTokens, captions } = options;
  const benchmark = benchmarkStep(root, options.benchmark);
  const text = { backend, maxTokens, run: task, needs: [] };
  if (task === "pictures") return { benchmark, ask: decideOnPictures(root, benchmark, { backend, maxTokens }) };
  if (task === "describe") return { benchmark, ask: captionStep(root, benchmark, { backend, maxTokens }) };
  if (task === "situations") {
    const texts = () => (item: { situation: string }) => item.situation;
    const what = "the benchmark's own sentences";
    return { benchmark, ask: decideOnText(root, benchmark, { ...text, what, spec: { reads: "situation" }, texts }) };
  }
  const spec = { reads: hashOf([...(captions ?? [])]) };
  const texts = () => (item: { index: number }) => captions?.get(item.index);
  return { benchmark, ask: decideOnText(root, benchmark, { ...text, what: "captions", spec, texts }) };
}
