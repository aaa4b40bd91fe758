import { readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, isAbsolute, join, relative } from "node:path";
import PQueue from "p-queue";
import { listCounts, tally } from "../count";
import { WovError } from "../errors";
import { hashOf, sha256 } from "../store/index";
import { fetchImages, type ImageSource } from "./images";
import type { Item } from "./item";
import type { ExpectedContent, PictureRecord, PrepareTarget } from "./source";
import { verifyPicture } from "./verify";

/** The pictures of a benchmark's items: in a folder, or to be fetched into it. */
export interface Pictures {
  /** Absolute. */
  folder: string;
  /** What determines them, given their names; the same before and after they were collected. */
  spec(names: readonly string[]): unknown;
  /** How many of these a plan may expect, and whether they are fetched. */
  expected(names: readonly string[]): Pick<ExpectedContent, "pictures" | "fetched">;
  /** Verifies each picture, and fetches it before if necessary. @returns a record per item, in the items' order */
  collect(items: readonly Item[], target: PrepareTarget): Promise<PictureRecord[]>;
}

/**
 * Pictures that are in a folder, by the names that the annotation file gives them.
 *
 * @param advice what to do if there is no such folder or no picture in it, as a sentence. Without it, a benchmark may
 * be without pictures: some tasks need none
 */
export function folderPictures(folder: string, advice?: string): Pictures {
  const sizeIn = (name: string) => sizeOf(join(folder, name));
  const demandFolder = () => {
    if (advice && !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw new WovError(`${folder}: there is no such folder of pictures. ${advice}`, 2);
  };
  return {
    folder,
    spec: (names) => {
      demandFolder();
      return hashOf(names.map((name) => [name, sizeIn(name)]));
    },
    expected: (names) => {
      demandFolder();
      return { pictures: names.filter((name) => sizeIn(name) !== null).length };
    },
    collect: async (items, { root, signal, onProgress = () => {} }) => {
      demandFolder();
      if (advice && items.every(({ image }) => sizeOf(image) === null)) throw noMatch(folder, items, advice);
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
      if (advice) demandPicture(records, `${folder}: no file is a picture that can be used`, advice);
      return records;
    },
  };
}

/**
 * Pictures that are fetched from their addresses into a folder. Which of them are still there is not known before, so
 * the spec says only that they are fetched.
 *
 * @param advice what to do if none can be fetched, as a sentence
 */
export function fetchedPictures(folder: string, allowed: ImageSource["allowed"], advice: string): Pictures {
  return {
    folder,
    spec: () => "fetched",
    expected: (names) => ({ pictures: names.length, fetched: true }),
    collect: async (items, { root, signal, onProgress }) => {
      const fetched = await fetchImages(items, folder, { allowed, signal, onProgress });
      const records = items.map(({ index, image }, i): PictureRecord => {
        const { outcome, sha256 } = fetched[i]!;
        return sha256 === undefined ? { index, missing: outcome } : { index, path: pathFrom(root, image), sha256 };
      });
      demandPicture(records, `None of ${items.length} pictures could be fetched from its address`, advice);
      return records;
    },
  };
}

async function recordPicture(root: string, { index, image }: Item): Promise<PictureRecord> {
  if (sizeOf(image) === null) return { index, missing: "not in the folder" };
  const bytes = await readFile(image);
  const picture = await verifyPicture(bytes);
  if ("failed" in picture) return { index, missing: picture.failed };
  return { index, path: pathFrom(root, image), sha256: sha256(bytes) };
}

/** A path relative to the project's folder; absolute if it is outside of it. */
function pathFrom(root: string, file: string): string {
  const path = relative(root, file);
  const isInside = !isAbsolute(path) && path.split(/[\\/]/)[0] !== "..";
  return isInside ? path : file;
}

/** Size of a picture's file in bytes; null if there is no such file. */
function sizeOf(image: string): number | null {
  const stats = statSync(image, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : null;
}

/** @throws WovError with the reasons, the most frequent first, if there is no picture at all */
function demandPicture(records: readonly PictureRecord[], what: string, advice: string): void {
  const reasons = records.flatMap((record) => ("missing" in record ? [record.missing] : []));
  if (reasons.length < records.length) return;
  const counts = Object.entries(tally(reasons)).sort(([, a], [, b]) => b - a);
  throw new WovError(`${what} (${listCounts(Object.fromEntries(counts))}). ${advice}`);
}

function noMatch(folder: string, items: readonly Item[], advice: string): WovError {
  const expected = items.map(({ image }) => basename(image));
  const found = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
  return new WovError(
    `${folder}: no file has the name of an item's picture: expected ${firstTwo(expected)}, found ${firstTwo(found)}. ${advice}`,
    2,
  );
}

const firstTwo = (names: readonly string[]): string =>
  names.length === 0 ? "nothing" : names.slice(0, 2).join(", ") + (names.length > 2 ? ", …" : "");
