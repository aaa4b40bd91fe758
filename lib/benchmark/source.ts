import type { WrittenQuestion } from "../prompts/index";

/** An item's picture as requests name it, or why there is none; the path is relative to the project's folder. */
export type PictureRecord = { index: number; path: string; sha256: string } | { index: number; missing: string };

/** Where a benchmark is prepared. */
export interface PrepareTarget {
  root: string;
  /** Absolute. */
  folder: string;
  /** A file of the folder, relative to `root`. */
  path(file: string): string;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

/** Where items and pictures come from. */
export interface BenchmarkSource {
  /** Names the run: "pocket-1240". */
  name: string;
  /** Whether the prepared file is read without the kit's repairs. */
  asPublished?: boolean;
  /** All that determines items and pictures; cheap, since no picture is read. */
  spec(): unknown;
  /** Writes `benchmark.json`, in VIVA's format, into the folder. @returns the pictures, one record per item */
  prepare(target: PrepareTarget): Promise<PictureRecord[]>;
  /** Seed questions for generation. */
  seeds(): WrittenQuestion[];
  /** An item's picture as PNG, `pixels` wide, for people; undefined where there is none. */
  picture(index: number, pixels: number): Promise<Buffer | undefined>;
  /** Starts a program that knows the benchmark's rules, behind an endpoint on loopback; only drawn worlds have rules. */
  rules?: RulesProgram;
}

/** A source of training text that is a program. */
export interface RulesProgram {
  /** Names it, with its version: other rules write other text. */
  name: string;
  start(): Promise<{ baseURL: string; close(): Promise<void> }>;
}
