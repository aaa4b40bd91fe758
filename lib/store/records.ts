import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";
import { WovError } from "../errors";
import { onDisk } from "./disk";

/** The records of a JSON Lines file in their order; none where there is no file yet. */
export function readRecords(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  lines.pop(); // what follows the last newline: nothing, or a line that is still being written
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as unknown;
    } catch (error) {
      throw new WovError(`${file}: line ${i + 1} is not JSON. Remove the line to have it computed again`, 1, {
        cause: error,
      });
    }
  });
}

/**
 * Adds records to the end of a JSON Lines file, all or none. When this returns they outlive this process, but not
 * yet a power cut: waiting for the disk after each of thousands of replies would take longer than the replies.
 */
export function appendRecords(file: string, records: readonly unknown[]): void {
  if (records.length === 0) return;
  const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const handle = openSync(file, "a");
  try {
    onDisk(file, () => writeWhole(handle, bytes));
  } finally {
    closeSync(handle);
  }
}

function writeWhole(handle: number, bytes: Buffer): void {
  const before = fstatSync(handle).size;
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
  } catch (error) {
    if (fstatSync(handle).size > before) ftruncateSync(handle, before);
    throw error;
  }
}

/** Waits until the records of a file are on the disk. */
export function syncRecords(file: string): void {
  if (!existsSync(file)) return;
  const handle = openSync(file, "r+");
  try {
    onDisk(file, () => fsyncSync(handle));
  } finally {
    closeSync(handle);
  }
}

/** Cuts off what follows the last newline: the line that a killed process was writing. */
export function dropTornLine(file: string): void {
  if (!existsSync(file)) return;
  const handle = openSync(file, "r+");
  try {
    const { size } = fstatSync(handle);
    const whole = afterLastNewline(handle, size);
    if (whole < size) ftruncateSync(handle, whole);
  } finally {
    closeSync(handle);
  }
}

/** The offset after the last newline, read from the end in blocks, since a file may be large. */
function afterLastNewline(handle: number, size: number): number {
  const block = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const read = readSync(handle, block, 0, end - start, start);
    const newline = block.subarray(0, read).lastIndexOf("\n");
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
