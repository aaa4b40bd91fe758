import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { WovError } from "../../lib/errors";

/** The peer, and the version of Node that it needs. */
const PACKAGES = { promptfoo: "0.123.1", node: "22.23.3" };

/** Time and memory that promptfoo takes for the same questions. */
export interface PeerTimes {
  version: string;
  ms: number;
  peakRssMb: number;
  answered: number;
}

/** Asks the benchmark's questions with promptfoo, which is installed into a cache folder the first time. */
export async function benchPromptfoo(
  root: string,
  { baseURL, requests, inFlight }: { baseURL: string; requests: number; inFlight: number },
): Promise<PeerTimes> {
  const folder = await installed(root);
  const output = join(folder, "output.json");
  rmSync(output, { force: true });
  writeFileSync(join(folder, "questions.json"), JSON.stringify(questions(baseURL, requests)));
  const program = join(folder, "node_modules/promptfoo/dist/src/entrypoint.js");
  const options = ["-j", String(inFlight), "--no-cache", "--no-table", "--no-progress-bar", "-o", output];
  const child = spawn(
    join(folder, "node_modules/node/bin/node"),
    ["--require", recorder(folder), program, "eval", "-c", join(folder, "questions.json"), ...options],
    { cwd: folder, env: environment(folder), stdio: "ignore" },
  );
  const started = performance.now();
  const [code] = (await once(child, "exit")) as [number];
  const ms = Math.round(performance.now() - started);
  if (!existsSync(output)) throw new WovError(`promptfoo ended with ${code} and wrote no output`);
  const answered = JSON.parse(readFileSync(output, "utf8")).results.stats.successes as number;
  const peakRssMb = Math.round(Number(readFileSync(join(folder, "rss.txt"), "utf8")) / 1024);
  return { version: PACKAGES.promptfoo, ms, peakRssMb, answered };
}

async function installed(root: string): Promise<string> {
  const folder = join(root, "node_modules/.cache/words-over-vision/promptfoo");
  if (existsSync(join(folder, "node_modules/node/bin/node"))) return folder;
  process.stderr.write("installing promptfoo beside the project (1 to 3 min, 1 GB) …\n");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: PACKAGES }));
  await promisify(execFile)("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts=false"], {
    cwd: folder,
    maxBuffer: 1e8,
  });
  return folder;
}

const questions = (baseURL: string, requests: number) => ({
  prompts: ["Given a situation, choose ({{i}})."],
  providers: [{ id: "openai:chat:m", config: { apiBaseUrl: baseURL, apiKey: "none", max_tokens: 8, temperature: 0 } }],
  tests: Array.from({ length: requests }, (_, i) => ({ vars: { i: String(i) } })),
});

/** A script, loaded before the peer, that records the peak memory of its process. */
function recorder(folder: string): string {
  const file = join(folder, "rss.cjs");
  const note = `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "rss.txt"))}, String(process.resourceUsage().maxRSS))`;
  writeFileSync(file, `process.on("exit", () => ${note});\n`);
  return file;
}

const environment = (folder: string) => ({
  ...process.env,
  PROMPTFOO_CONFIG_DIR: join(folder, "state"),
  PROMPTFOO_DISABLE_TELEMETRY: "1",
  PROMPTFOO_DISABLE_UPDATE: "1",
});
