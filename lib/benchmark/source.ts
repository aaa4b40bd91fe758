import type { WrittenQuestion } from "../prompts/index";

/** A picture of an item as requests name it, or why there is none. */
export type PictureRecord = { index: number; path: string; sha256: string } | { index: number; missing: string };

/** Where a benchmark's items, pictures and seed questions come from. */
export interface BenchmarkSource {
  /** Names the run: "pocket-1240", "viva". Letters, digits, dots, dashes. */
  name: string;
  /** To be passed to `loadBenchmark` with the benchmark.json that `prepare` writes. */
  asPublished?: boolean;
  /** All that determines items and pictures, as JSON. Cheap: no picture is read. */
  spec(): unknown;
  /** Writes benchmark.json, in VIVA's format, and returns a record per item, in the items' order. */
  prepare(target: PrepareTarget): Promise<PictureRecord[]>;
  /** Seed questions for generation. */
  seeds(): WrittenQuestion[];
  /** An item's picture as PNG, `pixels` wide, for people; undefined where there is none. */
  picture(index: number, pixels: number): Promise<Buffer | undefined>;
}

/** Where a source writes. */
export interface PrepareTarget {
  /** The project's folder, absolute; records hold paths relative to it. */
  root: string;
  /** The run's folder, absolute. */
  folder: string;
  /** A file of the run's folder, relative to `root`. */
  path(file: string): string;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}
