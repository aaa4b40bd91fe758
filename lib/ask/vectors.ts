import { closeSync, existsSync, openSync, readSync, statSync, truncateSync, writeSync } from "node:fs";
import { WovError } from "../errors";

/** A file of 32-bit floats, one vector after another; records beside it say whose they are. */
export interface VectorFile {
  append(vectors: readonly (readonly number[])[]): void;
}

/**
 * Opens a file of vectors to add more.
 *
 * @param floats how many are known to be whole; what follows, a killed process was writing, and it is cut off
 * @throws WovError where fewer are there
 */
export function openVectors(file: string, floats: number): VectorFile {
  checkSize(file, floats);
  closeSync(openSync(file, "a"));
  let end = floats * Float32Array.BYTES_PER_ELEMENT;
  truncateSync(file, end);
  return {
    append(vectors) {
      const floats = new Float32Array(vectors.reduce((sum, vector) => sum + vector.length, 0));
      vectors.reduce((at, vector) => {
        floats.set(vector, at);
        return at + vector.length;
      }, 0);
      const bytes = Buffer.from(floats.buffer);
      const handle = openSync(file, "r+");
      try {
        // At a place of its own, so that what a full disk let through of another write does not shift it.
        for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, end + at);
      } finally {
        closeSync(handle);
      }
      end += bytes.length;
    },
  };
}

/** Reads so many floats at a time, in their order: the whole may be larger than one buffer can be. */
export function readVectors(file: string, sizes: readonly number[]): Float32Array[] {
  checkSize(
    file,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  if (sizes.length === 0) return [];
  const handle = openSync(file, "r");
  try {
    return sizes.map((size) => {
      const floats = new Float32Array(size);
      readSync(handle, floats);
      return floats;
    });
  } finally {
    closeSync(handle);
  }
}

function checkSize(file: string, floats: number): void {
  const expected = floats * Float32Array.BYTES_PER_ELEMENT;
  const bytes = existsSync(file) ? statSync(file).size : 0;
  if (bytes < expected)
    throw new WovError(
      `${file}: has ${bytes} bytes, and the records beside it speak of ${expected}. Delete the run's folder to have it ` +
        "computed again",
    );
}
