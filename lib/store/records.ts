import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";
import { WovError } from "../errors";
import { type Disk, onDisk, systemDisk } from "./disk";

const BLOCK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** The records of a JSON Lines file in their order, all at once. */
export const readRecords = (file: string): unknown[] => [...streamRecords(file)];

/**
 * The records of a JSON Lines file in their order, one at a time, since a file may be larger than the longest possible
 * string; none if there is no file yet.
 *
 * @throws WovError that names the line which is no record
 */
export function* streamRecords<T = unknown>(file: string): Generator<T> {
  let number = 0;
  for (const line of readLines(file)) {
    number++;
    const record = parseRecord(line);
    if (record === undefined)
      throw new WovError(
        `${file}: line ${number} is not a JSON object. Restore the file from a copy, or run \`wov verify --repair\`: ` +
          "the replies that can be read are kept, and only the rest is computed again",
      );
    yield record as T;
  }
}

/** The record that a line holds, a JSON object; undefined if it holds none. */
export function parseRecord(line: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(line.toString());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The bytes of each complete line. Bytes after the last newline are left out: that line is still being written. */
export function* readLines(file: string): Generator<Buffer> {
  if (!existsSync(file)) return;
  const handle = openSync(file, "r");
  const begun: Buffer[] = []; // the part of a line that lies in earlier blocks
  try {
    for (;;) {
      const block = Buffer.allocUnsafe(BLOCK_BYTES);
      const bytes = block.subarray(0, readSync(handle, block));
      if (bytes.length === 0) return;
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        const rest = bytes.subarray(start, end);
        yield begun.length > 0 ? Buffer.concat([...begun.splice(0), rest]) : rest;
        start = end + 1;
      }
      if (start < bytes.length) begun.push(bytes.subarray(start));
    }
  } finally {
    closeSync(handle);
  }
}

/**
 * Appends records to a JSON Lines file, all or none, after dropping a torn line that a killed process may have left.
 * When it returns, the records would survive the end of this process, but not yet a power cut: waiting for the disk
 * after each of thousands of replies would take longer than the replies.
 */
export function appendRecords(file: string, records: readonly unknown[], disk: Disk = systemDisk): void {
  if (records.length === 0) return;
  appendLines(file, [Buffer.from(records.map((record) => JSON.stringify(record)).join("\n"))], disk);
}

/** Appends lines to a file, as `appendRecords` does. */
export function appendLines(file: string, lines: readonly Buffer[], disk: Disk = systemDisk): void {
  const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.of(NEWLINE)]));
  onDisk(file, () =>
    withFile(file, "a+", (handle) => {
      cutTornLine(handle);
      writeWhole(handle, bytes, disk);
    }),
  );
}

function writeWhole(handle: number, bytes: Buffer, disk: Disk): void {
  const before = fstatSync(handle).size;
  try {
    for (let at = 0; at < bytes.length; ) at += disk.write(handle, bytes, at);
  } catch (error) {
    if (fstatSync(handle).size > before) ftruncateSync(handle, before);
    throw error;
  }
}

/** Waits until the records of a file are on the disk. */
export function syncRecords(file: string, disk: Disk): void {
  if (existsSync(file)) onDisk(file, () => withFile(file, "r+", disk.sync));
}

/** Cuts off the bytes after the last newline: a line that a killed process was writing. */
export function dropTornLine(file: string): void {
  if (existsSync(file)) withFile(file, "r+", cutTornLine);
}

function cutTornLine(handle: number): void {
  const { size } = fstatSync(handle);
  const whole = afterLastNewline(handle, size);
  if (whole < size) ftruncateSync(handle, whole);
}

/** The offset after the last newline. It searches backwards, and looks at the last byte first, which usually is one. */
function afterLastNewline(handle: number, size: number): number {
  for (let end = size, length = 1; end > 0; length = BLOCK_BYTES) {
    const start = Math.max(0, end - length);
    const block = Buffer.alloc(end - start);
    readSync(handle, block, 0, block.length, start);
    const newline = block.lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

function withFile(file: string, flags: string, use: (handle: number) => void): void {
  const handle = openSync(file, flags);
  try {
    use(handle);
  } finally {
    closeSync(handle);
  }
}
