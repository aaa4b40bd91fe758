import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Failure } from "./failure";

/** Limits of an answer. */
export interface ReceiveLimits {
  /** Bytes, also after decompression. */
  maxBytes: number;
  /** Milliseconds until the last byte. */
  maxMs: number;
}

const DECOMPRESSORS: Record<string, () => NodeJS.ReadWriteStream> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Receives an answer's text: decompressed, decoded by its charset, and given up as soon as it is too large or takes
 * too long.
 *
 * @throws Failure if it is too large, takes too long or breaks off
 */
export async function receiveText(
  body: Readable,
  headers: { "content-encoding"?: unknown; "content-type"?: unknown },
  { maxBytes, maxMs }: ReceiveLimits,
): Promise<string> {
  const decompress = DECOMPRESSORS[String(headers["content-encoding"] ?? "").toLowerCase()];
  const late = new Failure(`the answer was not complete after ${maxMs / 1000} s`, { retryable: true, answered: true });
  const timer = setTimeout(() => body.destroy(late), maxMs);
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of (decompress ? through(body, decompress()) : body) as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes, parts);
      parts.push(part);
    }
  } catch (error) {
    body.destroy();
    body.on("error", () => {}); // it is given up: what else goes wrong with it does not matter
    throw error instanceof Failure ? error : brokenOff(error as NodeJS.ErrnoException);
  } finally {
    clearTimeout(timer);
  }
  return decoderOf(String(headers["content-type"] ?? "")).decode(Buffer.concat(parts));
}

/** The stream, decompressed; an error of either ends both. */
function through(body: Readable, decompressed: NodeJS.ReadWriteStream): AsyncIterable<Buffer> {
  body.on("error", (error) => (decompressed as unknown as Readable).destroy(error));
  body.pipe(decompressed);
  return decompressed as unknown as AsyncIterable<Buffer>;
}

const START_SHOWN = 2000;

const tooLarge = (maxBytes: number, parts: readonly Buffer[]): Failure =>
  new Failure(`the answer is larger than ${Math.round(maxBytes / 2 ** 20)} MB; the rest was not read`, {
    code: "too_large",
    refused: true,
    answered: true,
    raw: Buffer.concat(parts).toString("utf8", 0, START_SHOWN),
  });

const brokenOff = ({ message, code }: NodeJS.ErrnoException): Failure =>
  new Failure(`the answer broke off: ${message}${code && !message.includes(code) ? ` (${code})` : ""}`, {
    retryable: true,
    answered: true,
  });

/** UTF-8, unless the type names another charset that is known. */
function decoderOf(contentType: string) {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
