import { type Breakdown, breakDown, readPredictions } from "../answers/index";
import { apiKeyOf } from "../ask/index";
import { loadBenchmark } from "../benchmark/index";
import { projectRoot } from "../root";
import { askBenchmark, type BenchmarkTask } from "../study/index";
import { liveLine } from "./follow";

/** A benchmark put to an endpoint, from a notebook. */
export interface NotebookAsking {
  task: BenchmarkTask;
  /** A file in VIVA's format, and the folder of its pictures. */
  benchmark: string;
  images?: string;
  /** Such as "http://localhost:8000/v1"; its key, if it wants one, stands in OPENAI_API_KEY or in `.env`. */
  endpoint: string;
  model: string;
}

/** Asks, showing how far it is, and scores what comes; the second time nothing is left to ask. */
export async function askInNotebook({ task, benchmark, images, endpoint, model }: NotebookAsking): Promise<Breakdown> {
  const root = projectRoot();
  const items = loadBenchmark(benchmark, images);
  const line = liveLine();
  const run = await askBenchmark(
    root,
    { task, items, decoding: { model, max_tokens: 64, temperature: 0 } },
    {
      endpoint: { baseURL: endpoint, apiKey: apiKeyOf(root) ?? "none", concurrency: 16 },
      onProgress: (done, total) => line(`${done} of ${total} answered …`),
    },
  );
  line(`All ${items.length} are answered.`, true);
  return breakDown(items, readPredictions(`${root}/${run.folder}`, items), "strict");
}
