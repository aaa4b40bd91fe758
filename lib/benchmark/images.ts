import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import PQueue from "p-queue";
import writeFileAtomic from "write-file-atomic";
import { WovError } from "../errors";
import { type Download, download, downloadLimits, isPublic } from "./download";
import type { Item } from "./item";
import { verifyPicture } from "./verify";

/** What became of an item's picture; a line of `images.jsonl` in the pictures' folder. */
export interface ImageRecord {
  index: number;
  file: string;
  url: string;
  /** "ok", or in a few words why there is none. */
  outcome: string;
  sha256?: string;
  width?: number;
  height?: number;
  bytes?: number;
}

/** Where pictures come from, and how politely. */
export interface ImageSource {
  /** A folder with the pictures, downloaded by hand; without it they are fetched from their addresses. */
  from?: string;
  /** Which addresses may be connected to; those of the public internet by default. */
  allowed?: (address: string) => boolean;
  limits?: typeof downloadLimits;
  onProgress?(done: number, total: number): void;
}

const MAX_IN_FLIGHT = 16;
const MAX_PER_HOST = 2;

/**
 * Brings the items' pictures into a folder, each verified, and notes what became of each. Pictures that are there
 * are not fetched again; those that failed are.
 *
 * @returns the last record of each item, in the items' order
 */
export async function fetchImages(
  items: readonly Item[],
  folder: string,
  { from, allowed = isPublic, limits = downloadLimits, onProgress = () => {} }: ImageSource = {},
): Promise<ImageRecord[]> {
  if (from && !existsSync(from)) throw new WovError(`${from}: there is no such folder`, 2);
  mkdirSync(folder, { recursive: true });
  const log = join(folder, "images.jsonl");
  const records = readLog(log, folder);
  let done = records.size;
  const queue = new PQueue({ concurrency: MAX_IN_FLIGHT });
  const hosts = new Map<string, PQueue>();
  const one = async (item: Item) => {
    const got = from
      ? await readHere(join(from, basename(item.image)))
      : await fetchTwice(item.imageUrl, allowed, limits);
    const record = await keep(item, got, folder);
    appendFileSync(log, `${JSON.stringify(record)}\n`);
    records.set(item.index, record);
    onProgress(++done, items.length);
  };
  const open = items.filter(({ index }) => records.get(index)?.outcome !== "ok");
  done = items.length - open.length;
  await Promise.all(open.map((item) => hostQueue(hosts, item).add(() => queue.add(() => one(item)))));
  return items.map(({ index }) => records.get(index)!);
}

/** How many pictures there are, and why others are not. */
export function imageYield(records: readonly ImageRecord[]): Record<string, number> {
  const counts: Record<string, number> = { ok: 0 };
  for (const { outcome } of records) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** Earlier outcomes; a picture whose file is gone, or is another one by now, counts as not fetched. */
function readLog(log: string, folder: string): Map<number, ImageRecord> {
  if (!existsSync(log)) return new Map();
  const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
  const records = new Map(lines.map((line) => JSON.parse(line) as ImageRecord).map((r) => [r.index, r]));
  for (const [index, { file, sha256, outcome }] of records) {
    const path = join(folder, file);
    if (outcome === "ok" && (!existsSync(path) || hash(readFileSync(path)) !== sha256)) records.delete(index);
  }
  return records;
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
    return { failed: "not in the folder", passing: false };
  }
}

async function fetchTwice(url: string | undefined, allowed: (a: string) => boolean, limits: typeof downloadLimits) {
  if (!url) return { failed: "no address", passing: false };
  const first = await download(url, allowed, limits);
  return "failed" in first && first.passing ? download(url, allowed, limits) : first;
}

async function keep({ index, image, imageUrl = "" }: Item, got: Download, folder: string): Promise<ImageRecord> {
  const record = { index, file: basename(image), url: imageUrl };
  if ("failed" in got) return { ...record, outcome: got.failed };
  const picture = await verifyPicture(got.bytes);
  if ("failed" in picture) return { ...record, outcome: picture.failed };
  await writeFileAtomic(join(folder, record.file), got.bytes);
  const { width, height } = picture;
  return { ...record, outcome: "ok", sha256: hash(got.bytes), width, height, bytes: got.bytes.length };
}

const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
