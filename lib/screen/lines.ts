import { createReadStream } from "node:fs";

/** Some complete lines of a file. */
export interface LineBlock {
  bytes: Uint8Array;
  /** Number of the first line, from 1. */
  first: number;
}

/** A line of a file that is not empty, without its line break, and its number from 1. */
export interface NumberedLine {
  line: string;
  number: number;
}

const NEWLINE = 10;
/** Files are read in blocks of about this many bytes. */
const BLOCK = 4 * 2 ** 20;

/** Reads a file as blocks of complete lines. */
export async function* readBlocks(file: string): AsyncGenerator<LineBlock> {
  let rest: Buffer[] = [];
  let first = 1;
  for await (const block of createReadStream(file, { highWaterMark: BLOCK }) as AsyncIterable<Buffer>) {
    const end = block.lastIndexOf(NEWLINE);
    if (end < 0) {
      rest.push(block);
      continue;
    }
    const bytes = Uint8Array.from(Buffer.concat([...rest, block.subarray(0, end)]));
    rest = [block.subarray(end + 1)];
    const after = first + 1 + countNewlines(bytes); // before the yield: the reader may hand the bytes to a thread
    yield { bytes, first };
    first = after;
  }
  const bytes = Uint8Array.from(Buffer.concat(rest));
  if (bytes.length > 0) yield { bytes, first };
}

/** Lines that are in memory, as blocks. */
export async function* oneBlock(bytes: Uint8Array): AsyncGenerator<LineBlock> {
  yield { bytes, first: 1 };
}

/**
 * The lines of a block that are not empty. Only "\n" ends a line, as JSON Lines defines it: since Node 24, readline
 * also breaks at U+2028, even inside JSON strings. A "\r" at the end and a byte order mark are dropped.
 */
export function* splitLines({ bytes, first }: LineBlock): Generator<NumberedLine> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  let number = first;
  for (const whole of text.split("\n")) {
    const line = (number === 1 ? whole.replace(/^\uFEFF/, "") : whole).replace(/\r$/, "");
    if (line.trim()) yield { line, number };
    number++;
  }
}

/** Streams the lines of a file that are not empty. */
export async function* readLines(file: string): AsyncGenerator<NumberedLine> {
  for await (const block of readBlocks(file)) yield* splitLines(block);
}

function countNewlines(bytes: Uint8Array): number {
  let n = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) n++;
  return n;
}
