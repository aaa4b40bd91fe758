import { askRun, type Request, textRequest } from "../../lib/ask/index";
import { openRun } from "../../lib/store/index";

/** What a worker is told on its command line. */
interface Given {
  how: "bare" | "ask";
  baseURL: string;
  requests: number;
  inFlight: number;
  folder: string;
}
/** What it tells when it is done. */
export interface Worked {
  ms: number;
  peakRssMb: number;
  records: number;
  ids: number;
}

const given = JSON.parse(process.argv[2]!) as Given;
const requests = Array.from({ length: given.requests }, (_, i) =>
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
      const response = await fetch(`${given.baseURL}/chat/completions`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      await response.json();
      records.push({ custom_id });
    }
  };
  await Promise.all(Array.from({ length: given.inFlight }, loop));
  return records;
}

async function ask(): Promise<{ custom_id: string }[]> {
  const run = openRun(given.folder, { step: "ask", name: "bench", spec: { requests: given.requests }, parents: [] });
  if (!run.complete()) {
    const endpoint = { baseURL: given.baseURL, apiKey: "none", concurrency: given.inFlight };
    let told = false;
    const onProgress = () => {
      if (!told) process.send!("first reply");
      told = true;
    };
    run.finish(await askRun({ root: given.folder, run, endpoint, requests, onProgress }));
  }
  return run.records();
}

async function main(): Promise<void> {
  const started = performance.now();
  const records = await (given.how === "bare" ? bare() : ask());
  const ms = Math.round(performance.now() - started);
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const ids = new Set(records.map(({ custom_id }) => custom_id)).size;
  process.send!({ ms, peakRssMb, records: records.length, ids } satisfies Worked, () => process.exit(0));
}

void main();
