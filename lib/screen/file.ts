import { once } from "node:events";
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { listCounts, tally } from "../count";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { type SketchedLines, sketchLines } from "./chunk";
import type { KnownText } from "./known";
import { EXPECTED_FORMS, keysIn } from "./line";
import { type LineBlock, oneBlock, readBlocks, splitLines } from "./lines";
import { knownIndex, type ScreenRejection, screenSketches, type Thresholds } from "./screen";
import { joinSketches } from "./sketch";

/** The result of screening a file. */
export interface ScreenReport {
  /** Number of lines that are not empty. */
  read: number;
  kept: number;
  rejected: (Partial<Omit<ScreenRejection, "reason">> & { id: string; line: number; reason: string })[];
  /** Number of rejected lines by reason. */
  counts: Record<string, number>;
}

/** What to screen, and how. */
export interface ScreenFileOptions {
  file: string;
  /** Its rows as JSON Lines, if it is a file of another form. */
  lines?: Uint8Array;
  known: readonly KnownText[];
  thresholds: Thresholds;
  /** Threads that read and sketch; for small files, by default only the current one. */
  threads?: number;
}

/** From this size on, in bytes, worker threads are worth starting. */
const LARGE = 64 * 2 ** 20;

/**
 * Screens a JSON Lines file for duplicates and for contamination by known texts. The file is read as a stream; only
 * hashes of each line are kept.
 *
 * @throws WovError if the file cannot be read, is empty, or has no line that can be read
 */
export async function screenFile({
  file,
  lines: given,
  known,
  thresholds,
  threads,
}: ScreenFileOptions): Promise<ScreenReport> {
  const size = sizeOf(file);
  const wanted = threads ?? (given || size < LARGE ? 1 : availableParallelism());
  const blocks = () => (given ? oneBlock(given) : readBlocks(file));
  const parts =
    wanted > 1 ? await inThreads(blocks(), known, thresholds, wanted) : await here(blocks(), known, thresholds);
  const lines = parts.flatMap((part) => part.lines);
  const faults = parts.flatMap((part) => part.faults);
  const screened = screenSketches(joinSketches(parts.map(({ sketches }) => sketches)), thresholds);
  const rejected = [
    ...faults.map(({ line, reason }) => ({ id: `line ${line}`, line, reason })),
    ...screened.map(({ entry, ...rest }) => ({ ...rest, line: lines[entry]! })),
  ];
  const read = lines.length + faults.length;
  if (read === 0) throw new WovError(`${file}: is empty; expected samples as JSON Lines`, 2);
  if (lines.length === 0) throw new WovError(await whyNone(file, blocks(), faults), 2);
  return { read, kept: read - rejected.length, rejected, counts: tally(rejected.map(({ reason }) => reason)) };
}

function sizeOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new WovError(`${file}: there is no such file`, 2);
  if (!stats.isFile()) throw new WovError(`${file}: is not a file; expected samples as JSON Lines`, 2);
  return stats.size;
}

/** Why no line of a file can be read, and what was found in its first one. */
async function whyNone(
  file: string,
  blocks: AsyncIterable<LineBlock>,
  faults: SketchedLines["faults"],
): Promise<string> {
  let first = "";
  for await (const block of blocks) {
    first = [...splitLines(block)][0]?.line ?? first;
    break;
  }
  const keys = keysIn(first);
  const found = keys
    ? `the first has ${keys.length > 0 ? `the keys ${keys.map((key) => `'${key}'`).join(", ")}` : "no keys"}`
    : `the first begins with ${JSON.stringify(first.slice(0, 80))}`;
  const reasons = listCounts(tally(faults.map(({ reason }) => reason)));
  const isTable = !keys && /^[^{[]*[,;\t]/.test(first);
  const remedy = isTable
    ? ". A CSV file can be saved as JSON Lines with pandas: to_json(orient='records', lines=True)"
    : "";
  return `${file}: none of its ${faults.length} lines can be read (${reasons}); ${found}. Expected JSON objects with ${EXPECTED_FORMS}${remedy}`;
}

async function here(
  blocks: AsyncIterable<LineBlock>,
  known: readonly KnownText[],
  thresholds: Thresholds,
): Promise<SketchedLines[]> {
  const index = knownIndex(known, thresholds);
  const parts: SketchedLines[] = [];
  for await (const lines of blocks) parts.push(sketchLines(lines, index));
  return parts;
}

async function inThreads(
  source: AsyncGenerator<LineBlock>,
  known: readonly KnownText[],
  thresholds: Thresholds,
  threads: number,
): Promise<SketchedLines[]> {
  const programs = ["load-typescript.cjs", "screen/worker.ts"].map((name) => join(projectRoot(), "lib", name));
  const load = programs.map((program) => `require(${JSON.stringify(program)});`).join("");
  const start = () => new Worker(load, { eval: true, workerData: { known, thresholds } });
  const workers = Array.from({ length: threads }, start);
  const parts: SketchedLines[] = [];
  let next = 0;
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let got = await source.next(); !got.done; got = await source.next()) {
          const at = next++;
          worker.postMessage(got.value, [got.value.bytes.buffer as ArrayBuffer]);
          [parts[at]] = (await once(worker, "message")) as [SketchedLines];
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return parts;
}
