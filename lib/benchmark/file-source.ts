import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import PQueue from "p-queue";
import writeFileAtomic from "write-file-atomic";
import type { WrittenQuestion } from "../prompts/index";
import { hashOf, sha256 } from "../store/index";
import type { Item } from "./item";
import { loadBenchmark } from "./load";
import { parsePythonJson, stringifyPythonJson } from "./python-json";
import type { BenchmarkSource, PictureRecord } from "./source";
import { verifyPicture } from "./verify";

export interface FileBenchmark {
  /** A benchmark in VIVA's format; relative paths are relative to the project's folder. */
  file: string;
  /** The folder of its pictures. */
  images?: string;
  /** Reads the options as the file lists them, even if an item lacks its gold option. */
  asPublished?: boolean;
  /** Uses only the first items, this many. */
  items?: number;
  /** Seed questions for generation. */
  seeds: () => WrittenQuestion[];
}

/** A benchmark from a file and a folder of pictures. The pictures are not copied. */
export function fileBenchmark(root: string, options: FileBenchmark): BenchmarkSource {
  const { asPublished = false, items: limit, seeds } = options;
  const file = resolve(root, options.file);
  const images = resolve(root, options.images ?? "images");
  const readItems = () => loadBenchmark(file, images, { asPublished }).slice(0, limit);
  return {
    name: basename(file, ".json").replace(/[^A-Za-z0-9.]+/g, "-") + (limit ? `-${limit}` : ""),
    asPublished,
    spec: () => ({
      source: "file",
      sha256: sha256(readFileSync(file)),
      asPublished,
      items: limit ?? null,
      pictures: hashOf(readItems().map(({ image }) => [basename(image), sizeOf(image)])),
    }),
    prepare: async ({ root, folder, signal, onProgress = () => {} }) => {
      const items = readItems();
      const rows = parsePythonJson(readFileSync(file, "utf8").replace(/^\uFEFF/, "")) as unknown[];
      const queue = new PQueue({ concurrency: availableParallelism() });
      let done = 0;
      const records = await queue.addAll(
        items.map((item) => async () => {
          signal?.throwIfAborted();
          const record = await recordPicture(root, item);
          onProgress(++done, items.length);
          return record;
        }),
      );
      await writeFileAtomic(join(folder, "benchmark.json"), stringifyPythonJson(rows.slice(0, limit)));
      return records;
    },
    seeds,
    picture: async (index, pixels) => {
      const bytes = await readPicture(readItems().find((item) => item.index === index));
      if (!bytes || "failed" in (await verifyPicture(bytes))) return undefined;
      const { default: sharp } = await import("sharp");
      return sharp(bytes).autoOrient().resize({ width: pixels }).png().toBuffer();
    },
  };
}

async function recordPicture(root: string, item: Item): Promise<PictureRecord> {
  const { index, image } = item;
  const bytes = await readPicture(item);
  if (!bytes) return { index, missing: "not in the folder" };
  const picture = await verifyPicture(bytes);
  if ("failed" in picture) return { index, missing: picture.failed };
  const path = relative(root, image);
  const isInside = !isAbsolute(path) && path.split(/[\\/]/)[0] !== "..";
  return { index, path: isInside ? path : image, sha256: sha256(bytes) };
}

const readPicture = async (item: Item | undefined): Promise<Buffer | undefined> =>
  item && sizeOf(item.image) !== null ? readFile(item.image) : undefined;

/** Size of a picture's file in bytes; null if there is no such file. */
function sizeOf(image: string): number | null {
  const stats = statSync(image, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : null;
}
