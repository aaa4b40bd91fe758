import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import PQueue from "p-queue";
import { z } from "zod";
import { writeAtomic } from "../atomic";
import { tally } from "../count";
import { WovError } from "../errors";
import { appendRecords, dropTornLine, onDisk, sha256 } from "../store/index";
import { sharedPictures } from "./audit";
import { type Download, type DownloadLimits, download, downloadLimits, isPublic } from "./download";
import type { Item } from "./item";
import { PICTURE_LOG } from "./row";
import { verifyPicture } from "./verify";

const recordSchema = z.object({
  index: z.int(),
  file: z.string(),
  url: z.string(),
  /** "ok", or a short reason why there is no picture. */
  outcome: z.string(),
  sha256: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  bytes: z.number().optional(),
});
/** The outcome for an item's picture; a line of `images.jsonl` in the pictures' folder. */
export type ImageRecord = z.infer<typeof recordSchema>;

/** Where pictures come from, and the limits of fetching them. */
export interface ImageSource {
  /** A folder with the pictures, downloaded by hand; without it they are fetched from their addresses. */
  from?: string;
  /** Which addresses may be connected to; those of the public internet by default. */
  allowed?: (address: string) => boolean;
  limits?: DownloadLimits;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

const MAX_IN_FLIGHT = 16;
const MAX_PER_HOST = 2;

/**
 * Fetches the items' pictures into a folder, verifies each, and logs the outcome. Pictures that are in the folder
 * already are not fetched again; those that failed are.
 *
 * @returns the last record of each item, in the items' order
 */
export async function fetchImages(
  items: readonly Item[],
  folder: string,
  { from, allowed = isPublic, limits = downloadLimits, signal, onProgress = () => {} }: ImageSource = {},
): Promise<ImageRecord[]> {
  if (from && !existsSync(from)) throw new WovError(`${from}: there is no such folder`, 2);
  onDisk(folder, () => mkdirSync(folder, { recursive: true }));
  const log = join(folder, PICTURE_LOG);
  const shared = new Set(from ? [] : sharedPictures(items));
  const earlier = readLog(log);
  const records = new Map(
    items.flatMap((item) => {
      const record = earlier.get(item.index);
      return record && !shared.has(item) && isThere(record, item, folder) ? [[item.index, record]] : [];
    }),
  );
  const fetchOne = async (item: Item) => {
    signal?.throwIfAborted();
    const got = shared.has(item)
      ? { failed: "file name of another picture", retryable: false }
      : from
        ? await readHere(join(from, basename(item.image)))
        : await fetchTwice(item.imageUrl, allowed, limits);
    const record = await keep(item, got, folder);
    appendRecords(log, [record]);
    records.set(item.index, record);
    onProgress(records.size, items.length);
  };
  const queue = new PQueue({ concurrency: MAX_IN_FLIGHT });
  const hosts = new Map<string, PQueue>();
  const open = items.filter(({ index }) => !records.has(index));
  await Promise.all(open.map((item) => hostQueue(hosts, item).add(() => queue.add(() => fetchOne(item)))));
  return items.map(({ index }) => records.get(index)!);
}

/** How many pictures are ok, and how many failed for each reason. */
export const imageYield = (records: readonly ImageRecord[]): Record<string, number> => ({
  ok: 0,
  ...tally(records.map(({ outcome }) => outcome)),
});

/**
 * The last record of each item. The log can be rebuilt: a damaged line only means that its picture is fetched again.
 */
function readLog(log: string): Map<number, ImageRecord> {
  if (!existsSync(log)) return new Map();
  dropTornLine(log);
  const records = readFileSync(log, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [recordSchema.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
  return new Map(records.map((record) => [record.index, record]));
}

/** Whether a record's picture is in the folder, unchanged, and the one that the item names. */
function isThere({ file, sha256: expected, outcome }: ImageRecord, { image }: Item, folder: string): boolean {
  const path = join(folder, file);
  return outcome === "ok" && file === basename(image) && existsSync(path) && sha256(readFileSync(path)) === expected;
}

function hostQueue(hosts: Map<string, PQueue>, { imageUrl = "" }: Item): PQueue {
  const host = URL.canParse(imageUrl) ? new URL(imageUrl).host : "";
  const queue = hosts.get(host) ?? new PQueue({ concurrency: MAX_PER_HOST });
  hosts.set(host, queue);
  return queue;
}

async function readHere(path: string): Promise<Download> {
  try {
    return { bytes: await readFile(path), type: "" };
  } catch {
    return { failed: "not in the folder", retryable: false };
  }
}

async function fetchTwice(url: string | undefined, allowed: (a: string) => boolean, limits: DownloadLimits) {
  if (!url) return { failed: "no address", retryable: false };
  const first = await download(url, allowed, limits);
  return "failed" in first && first.retryable ? download(url, allowed, limits) : first;
}

async function keep({ index, image, imageUrl = "" }: Item, got: Download, folder: string): Promise<ImageRecord> {
  const record = { index, file: basename(image), url: imageUrl };
  if ("failed" in got) return { ...record, outcome: got.failed };
  const picture = await verifyPicture(got.bytes);
  if ("failed" in picture) return { ...record, outcome: picture.failed };
  const file = join(folder, record.file);
  onDisk(file, () => writeAtomic(file, got.bytes));
  const { width, height } = picture;
  return { ...record, outcome: "ok", sha256: sha256(got.bytes), width, height, bytes: got.bytes.length };
}
