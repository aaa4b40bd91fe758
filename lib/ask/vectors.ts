import { appendFileSync, closeSync, existsSync, ftruncateSync, openSync, readSync, statSync } from "node:fs";
import { WovError } from "../errors";

const { BYTES_PER_ELEMENT } = Float32Array;

/**
 * Adds vectors to a file of 32-bit floats. What follows the first `floats` of them, a killed process was writing or
 * a full disk let through; it is cut off.
 */
export function appendVectors(file: string, floats: number, vectors: readonly (readonly number[])[]): void {
  const handle = openSync(file, "a");
  try {
    ftruncateSync(handle, floats * BYTES_PER_ELEMENT);
    appendFileSync(handle, Buffer.from(Float32Array.from(vectors.flat()).buffer));
  } finally {
    closeSync(handle);
  }
}

/** Reads vectors of these dimensions one by one, in their order: the whole may be larger than one buffer can be. */
export function readVectors(file: string, dimensions: readonly number[]): Float32Array[] {
  if (checkVectors(file, dimensions) === 0) return [];
  const handle = openSync(file, "r");
  try {
    return dimensions.map((size) => {
      const vector = new Float32Array(size);
      readSync(handle, vector);
      return vector;
    });
  } finally {
    closeSync(handle);
  }
}

/** @returns how many floats there have to be @throws WovError where the file holds fewer */
export function checkVectors(file: string, dimensions: readonly number[]): number {
  const floats = dimensions.reduce((sum, size) => sum + size, 0);
  const bytes = existsSync(file) ? statSync(file).size : 0;
  if (bytes < floats * BYTES_PER_ELEMENT)
    throw new WovError(
      `${file}: has ${bytes} bytes, and the records beside it speak of ${floats * BYTES_PER_ELEMENT}. Delete the run's ` +
        "folder to have it computed again",
    );
  return floats;
}
