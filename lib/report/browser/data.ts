/*
 * What the report's side scripts hold. Each calls `wovData(name, value)`: a page that is opened from disk can load
 * scripts, but cannot fetch files. Texts of others are plain strings; the page shows them as text only.
 */

/** Items per chunk of replies, and samples per chunk of a source's text. */
export const REPLIES_PER_CHUNK = 100;
export const SAMPLES_PER_CHUNK = 500;

/** In a system's letters: the reply was unparsed, and the item was not asked. Neither is a letter of an option. */
export const UNPARSED = "?";
export const NOT_ASKED = " ";

/** `data/items.js`: the benchmark, in the order of its items. */
export interface ItemsData {
  categories: string[];
  items: ItemData[];
}

export interface ItemData {
  /** The item's number. */
  n: number;
  gold: string;
  /** Index into the categories. */
  category: number;
  /** Letters of the options, and their texts. */
  letters: string;
  options: string[];
  /** The generated caption; empty if there is none. */
  caption: string;
  /** What the benchmark says that the picture shows, and why the right action is right; may be empty. */
  situation: string;
  reason: string;
  /** Name of its file in `pictures/`; empty if there is none. */
  picture: string;
}

/** `data/systems.js`: everything that answered the items, in the order of the tables. */
export interface SystemsData {
  systems: SystemData[];
  /** Index of the system that is shown first. */
  first: number;
  /** Indices of the systems that the reader plays against. */
  rivals: number[];
}

/** A model on an input, before or after a training. */
export interface SystemData {
  /** Name of the cell, as `wov trace` takes it. */
  name: string;
  /** "Qwen2-VL (tiny) after 2,000 of Teacher (rules)" */
  label: string;
  /** Label of the model, and what makes this system differ from it: "before training, pictures". */
  model: string;
  state: string;
  /** Index of the same model before training, for one that was trained. */
  before?: number;
  /** The choice read for each item, one character per item. */
  answers: string;
  right: number;
  asked: number;
  unparsed: number;
  /** The run whose replies were scored. */
  run: string;
  /** The command that recomputes its accuracy. */
  command: string;
}

/** `data/replies-CHUNK.js`: for each system, its replies to the chunk's items; null if the item was not asked. */
export type RepliesData = (string | null)[][];

/** `data/text.js`: the sources of training text. */
export interface TextData {
  sources: { id: string; label: string; kept: number; rejected: number; file: string }[];
}

/** `data/SOURCE.js`: an overview of a source's samples. Columns rather than rows, since there may be many. */
export interface SourceData {
  /** Id of each kept or rejected sample; empty for text that could not be read. */
  ids: string[];
  /** Index into the reasons; 0 is kept. */
  reason: number[];
  reasons: string[];
  answers: string[];
  /** The situation, or the beginning of what could not be read. */
  texts: string[];
}

/** `data/SOURCE-CHUNK.js`: the samples in full. */
export type SamplesData = SampleData[];

export interface SampleData {
  situation?: string;
  question?: string;
  options?: [letter: string, text: string][];
  answer?: string;
  rationale?: string;
  /** What could not be read as a sample. */
  raw?: string;
  /** The request whose reply holds it. */
  call: string;
  /** What it resembles: the text or its name, where that is from, and how much. */
  twin?: string;
  twinFrom?: string;
  score?: number;
}

/** Names and types of the side scripts. */
export interface SideScripts {
  items: ItemsData;
  systems: SystemsData;
  text: TextData;
  [replies: `replies-${number}`]: RepliesData;
  [source: `source-${string}`]: SourceData;
  [samples: `samples-${string}`]: SamplesData;
}
