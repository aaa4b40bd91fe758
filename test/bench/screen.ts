import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { venvProgram } from "../../lib/process";
import { DEFAULT_THRESHOLDS } from "../../lib/screen/index";
import { makeKnown, type Planted, writeSamples } from "./screen-set";
import type { Screening } from "./screen-worker";

/** The peers, from PyPI. */
const PEERS = ["datasketch==2.0.0", "rensa==0.5.0"];
/**
 * Bands, and rows per band, of the peers' signatures of 128 values: the longest bands that find 99.5 % of the pairs
 * at the threshold; for duplicates (0.7), then for contamination (0.5). Ours is exact, and finds by how much a known text
 * stands in a sample, for which bands are of no use: the peers find known texts by their similarity.
 */
const BANDS = ["32", "4", "42", "3"];
const ITEMS = 1240;

/** Our screening beside the peers', one after the other on the same file. */
export interface ScreeningTimes {
  samples: number;
  items: number;
  ms: number;
  peakRssMb: number;
  /** Of planted edits and contaminated samples, how many were found. */
  recall: number;
  rejected: number;
  datasketchMs?: number;
  rensaMs?: number;
  /** How many times as long the peer takes. */
  datasketchRatio?: number;
  rensaRatio?: number;
}

/** @param peers measures datasketch and rensa too, which are installed into a cache folder */
export async function benchScreening(root: string, peers: boolean, samples = 31_000): Promise<ScreeningTimes> {
  const folder = mkdtempSync(join(tmpdir(), "wov-screen-"));
  const [file, knownFile] = [join(folder, "samples.jsonl"), join(folder, "known.jsonl")];
  try {
    const known = makeKnown(ITEMS);
    writeFileSync(knownFile, known.map((text) => `${JSON.stringify(text)}\n`).join(""));
    const planted = writeSamples(file, samples, known);
    const { ms, peakRssMb, rejected } = await screenApart(root, {
      file,
      known: knownFile,
      thresholds: DEFAULT_THRESHOLDS,
    });
    const ours = {
      samples,
      items: ITEMS,
      ms,
      peakRssMb,
      recall: recallOf(planted, rejected),
      rejected: rejected.length,
    };
    if (!peers) return ours;
    const python = await installed(root);
    const datasketchMs = await peer(root, python, "datasketch", file, knownFile);
    const rensaMs = await peer(root, python, "rensa", file, knownFile);
    const times = (theirs: number) => Number((theirs / ms).toFixed(2));
    return { ...ours, datasketchMs, rensaMs, datasketchRatio: times(datasketchMs), rensaRatio: times(rensaMs) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ours alone, at sizes that show how time grows. */
export async function benchLarge(root: string, sizes = [250_000, 1_000_000]): Promise<ScreeningTimes[]> {
  const times: ScreeningTimes[] = [];
  for (const samples of sizes) times.push(await benchScreening(root, false, samples));
  return times;
}

function recallOf(
  { edits, contaminated }: { edits: Planted[]; contaminated: Planted[] },
  rejected: readonly string[],
): number {
  const gone = new Set(rejected);
  const all = [...edits, ...contaminated];
  return Number((all.filter(({ id }) => gone.has(id)).length / all.length).toFixed(4));
}

async function screenApart(root: string, given: object): Promise<Screening> {
  const args = ["--require", "tsx/cjs", join(root, "test/bench/screen-worker.ts"), JSON.stringify(given)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [message] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [Screening | number];
  if (typeof message === "number") throw new Error(`the benchmark's worker ended with ${message}`);
  return message;
}

async function installed(root: string): Promise<string> {
  const folder = join(root, "node_modules/.cache/words-over-vision/screen-peers");
  const python = join(folder, "bin/python");
  if (existsSync(join(folder, "done"))) return python;
  process.stderr.write(`installing ${PEERS.join(" and ")} beside the project …\n`);
  const run = promisify(execFile);
  await run(venvProgram(root, "python"), ["-m", "venv", folder]);
  await run(python, ["-m", "pip", "install", "-q", ...PEERS]);
  writeFileSync(join(folder, "done"), "");
  return python;
}

async function peer(root: string, python: string, name: string, file: string, known: string): Promise<number> {
  const { stdout } = await promisify(execFile)(python, [
    join(root, "test/bench/screen-peers.py"),
    name,
    file,
    known,
    ...BANDS,
  ]);
  return JSON.parse(stdout).ms;
}
