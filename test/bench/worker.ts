import { askRun, type Request, textRequest } from "../../lib/ask/index";
import { openRun } from "../../lib/store/index";

/** The parameters of a worker, on its command line. */
interface Params {
  how: "bare" | "ask";
  baseURL: string;
  requests: number;
  inFlight: number;
  folder: string;
}
/** What it reports when it is done. */
export interface WorkerResult {
  ms: number;
  peakRssMb: number;
  records: number;
  ids: number;
}

const params = JSON.parse(process.argv[2]!) as Params;
const requests = Array.from({ length: params.requests }, (_, i) =>
  textRequest(String(i + 1), `Given a situation, choose (${i}).`, { model: "m", max_tokens: 8, temperature: 0 }),
);

/** Nothing but `fetch` and as many loops as may be in flight. */
async function bare(): Promise<{ custom_id: string }[]> {
  const records: { custom_id: string }[] = [];
  let next = 0;
  const loop = async () => {
    while (next < requests.length) {
      const { custom_id, body } = requests[next++] as Request;
      const headers = { "content-type": "application/json", authorization: "Bearer none" };
      const response = await fetch(`${params.baseURL}/chat/completions`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      await response.json();
      records.push({ custom_id });
    }
  };
  await Promise.all(Array.from({ length: params.inFlight }, loop));
  return records;
}

async function ask(): Promise<{ custom_id: string }[]> {
  const run = openRun(params.folder, { step: "ask", name: "bench", spec: { requests: params.requests }, parents: [] });
  if (!run.complete()) {
    const endpoint = { baseURL: params.baseURL, apiKey: "none", concurrency: params.inFlight };
    let reported = false;
    const onProgress = () => {
      if (!reported) process.send!("first reply");
      reported = true;
    };
    run.finish(await askRun({ root: params.folder, run, endpoint, requests, onProgress }));
  }
  return run.records();
}

async function main(): Promise<void> {
  const started = performance.now();
  const records = await (params.how === "bare" ? bare() : ask());
  const ms = Math.round(performance.now() - started);
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const ids = new Set(records.map(({ custom_id }) => custom_id)).size;
  process.send!({ ms, peakRssMb, records: records.length, ids } satisfies WorkerResult, () => process.exit(0));
}

void main();
