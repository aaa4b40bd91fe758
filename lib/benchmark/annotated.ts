import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../atomic";
import type { WrittenQuestion } from "../prompts/index";
import type { Annotations } from "./annotations";
import { loadBenchmark, readRows } from "./load";
import type { Pictures } from "./pictures";
import { stringifyPythonJson } from "./python-json";
import type { BenchmarkSource } from "./source";
import { verifyPicture } from "./verify";

/** How an annotation file is used. */
export interface AnnotatedOptions {
  /** Reads the options as the file lists them, even if an item lacks its gold option. */
  asPublished?: boolean;
  /** Uses only the first items, this many. */
  items?: number;
  /** Seed questions for generation. */
  seeds: () => WrittenQuestion[];
}

/** A benchmark of two parts: an annotation file in VIVA's format, and a folder of pictures, which are not copied. */
export interface AnnotatedBenchmark extends AnnotatedOptions {
  /** Kind of the source, as the spec names it. */
  source: string;
  /** Name of the run, without the number of items. */
  name: string;
  annotations: Annotations;
  pictures: Pictures;
}

/** Makes a source of an annotation file and pictures, wherever both come from. */
export function annotatedBenchmark(benchmark: AnnotatedBenchmark): BenchmarkSource {
  const { source, name, annotations, pictures, asPublished = false, items: limit, seeds } = benchmark;
  const { file } = annotations;
  const readItems = () => loadBenchmark(file, pictures.folder, { asPublished }).slice(0, limit);
  const pictureNames = () => annotations.pictureNames().slice(0, limit);
  return {
    name: name + (limit ? `-${limit}` : ""),
    asPublished,
    spec: () => ({
      source,
      sha256: annotations.sha256(),
      asPublished,
      items: limit ?? null,
      pictures: pictures.spec(pictureNames()),
    }),
    expected: () => {
      const names = pictureNames();
      return { items: names.length, ...pictures.expected(names), ...(existsSync(file) && { file }) };
    },
    prepare: async (target) => {
      await annotations.obtain(target.signal);
      const records = await pictures.collect(readItems(), target);
      const rows = readRows(file).slice(0, limit);
      writeAtomic(join(target.folder, "benchmark.json"), stringifyPythonJson(rows));
      return records;
    },
    seeds,
    picture: async (index, pixels) => {
      const item = existsSync(file) ? readItems().find((one) => one.index === index) : undefined;
      if (!item || !existsSync(item.image)) return undefined;
      const bytes = readFileSync(item.image);
      if ("failed" in (await verifyPicture(bytes))) return undefined;
      const { default: sharp } = await import("sharp");
      return sharp(bytes).autoOrient().resize({ width: pixels }).png().toBuffer();
    },
  };
}
