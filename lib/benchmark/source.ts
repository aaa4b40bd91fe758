import type { Option, WrittenQuestion } from "../prompts/index";

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

/** What a plan may assume of a benchmark that is not prepared yet. */
export interface ExpectedContent {
  items: number;
  /** Items with a picture; all of them where it is not known before. */
  pictures: number;
  /** Pictures are fetched from their addresses, some of which may be dead. */
  fetched?: boolean;
  /** Size of each picture in pixels, where all have the same. */
  picture?: { width: number; height: number };
  /** The annotation file, absolute, if there is one and it is on the disk now. */
  file?: string;
}

/** Gives an item's picture as PNG, `pixels` wide; undefined if there is none. */
export interface DrawPicture {
  (index: number, pixels: number): Promise<Buffer | undefined>;
  /** The same as SVG, where pictures are drawings. */
  svg?(index: number): string | undefined;
}

/** A source of items and pictures. */
export interface BenchmarkSource {
  /** Name of the run, such as "pocket-1240". */
  name: string;
  /** Whether the prepared file is read without the kit's repairs. */
  asPublished?: boolean;
  /** Everything that determines items and pictures. It is cheap to compute: no picture is read. */
  spec(): unknown;
  /** What a plan may assume before anything is prepared. */
  expected(): ExpectedContent;
  /** Writes `benchmark.json`, in VIVA's format, into the folder. @returns the pictures, one record per item */
  prepare(target: PrepareTarget): Promise<PictureRecord[]>;
  /** Seed questions for generation. */
  seeds(): WrittenQuestion[];
  /** Pictures for people; models may see them smaller. */
  picture: DrawPicture;
  /** A program that knows the benchmark's rules. Only drawn worlds have one. */
  rules?: RulesProgram;
  /**
   * The letter of the option that is right by these rules; null if no option is; undefined if the situation is no
   * text of this world.
   */
  rightLetter?(situation: string, options: readonly Option[]): string | null | undefined;
}

/** A program that generates training text behind an endpoint on loopback. */
export interface RulesProgram {
  /** Name with a version: other rules generate other text. */
  name: string;
  start(): Promise<{ baseURL: string; close(): Promise<void> }>;
}
