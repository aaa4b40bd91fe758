import type { WrittenQuestion } from "../prompts/index";

/** An item's picture, or why there is none. The path is relative to the project's folder. */
export type PictureRecord = { index: number; path: string; sha256: string } | { index: number; missing: string };

/** The folder in which a benchmark is prepared. */
export interface PrepareTarget {
  root: string;
  /** Absolute. */
  folder: string;
  /** A file of the folder, relative to `root`. */
  path(file: string): string;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

/** A source of items and pictures. */
export interface BenchmarkSource {
  /** Name of the run, such as "pocket-1240". */
  name: string;
  /** Whether the prepared file is read without the kit's repairs. */
  asPublished?: boolean;
  /** Everything that determines items and pictures. It is cheap to compute: no picture is read. */
  spec(): unknown;
  /** Writes `benchmark.json`, in VIVA's format, into the folder. @returns the pictures, one record per item */
  prepare(target: PrepareTarget): Promise<PictureRecord[]>;
  /** Seed questions for generation. */
  seeds(): WrittenQuestion[];
  /** An item's picture as PNG, `pixels` wide, for people; undefined if there is none. */
  picture(index: number, pixels: number): Promise<Buffer | undefined>;
  /** A program that knows the benchmark's rules. Only drawn worlds have one. */
  rules?: RulesProgram;
}

/** A program that generates training text behind an endpoint on loopback. */
export interface RulesProgram {
  /** Name with a version: other rules generate other text. */
  name: string;
  start(): Promise<{ baseURL: string; close(): Promise<void> }>;
}
