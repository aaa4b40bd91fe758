import { type Breakdown, breakDown, readPredictions } from "../answers/index";
import { checkAddress, keyOf } from "../ask/index";
import { loadBenchmark } from "../benchmark/index";
import { openFileBenchmark } from "../benchmarks";
import { projectRoot } from "../root";
import { type BenchmarkTask, benchmarkTaskSteps, endpointBackend, runStep } from "../study/index";
import { liveLine } from "./follow";

/** A task for a model at an endpoint, given from a notebook. */
export interface NotebookTask {
  task: BenchmarkTask;
  /** A file in VIVA's format, and the folder of its pictures. */
  benchmark: string;
  images?: string;
  /** Such as "http://localhost:8000/v1"; its key, if it needs one, is in OPENAI_API_KEY or in `.env`. */
  endpoint: string;
  model: string;
}

const MAX_TOKENS = 64;
const CONCURRENCY = 16;

/** Asks the model, shows the progress, and scores the replies. They are kept, so a second call asks nothing. */
export async function askInNotebook({ task, benchmark, images, endpoint, model }: NotebookTask): Promise<Breakdown> {
  const root = projectRoot();
  const items = loadBenchmark(benchmark, images);
  checkAddress(endpoint);
  const line = liveLine();
  const open = async () => ({ baseURL: endpoint, apiKey: keyOf(root, endpoint), concurrency: CONCURRENCY });
  const steps = benchmarkTaskSteps(root, {
    task,
    benchmark: openFileBenchmark(root, { file: benchmark, images }),
    backend: endpointBackend(model, endpoint, open),
    maxTokens: MAX_TOKENS,
  });
  const { signal } = new AbortController();
  const onProgress = (done: number, total: number) => line(`${done} of ${total} answered …`);
  await runStep(steps.benchmark, { signal, onProgress: () => {} });
  await runStep(steps.ask, { signal, onProgress, onNotice: (message) => line(`${message} …`) });
  const replies = readPredictions(`${root}/${steps.ask.run.folder}`, items, { allowMissing: true });
  line(`All ${replies.size} items are answered.`, true);
  return breakDown(items, replies, "strict");
}
