import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Item, loadBenchmark } from "../../lib/benchmark/index";

/** Writes rows as a benchmark file and reads it. */
export function loadRows(rows: readonly unknown[]): Item[] {
  const folder = mkdtempSync(join(tmpdir(), "wov-rows-"));
  try {
    writeFileSync(join(folder, "benchmark.json"), JSON.stringify(rows));
    return loadBenchmark(join(folder, "benchmark.json"), "images");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
