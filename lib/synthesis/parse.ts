import { jsonrepair } from "jsonrepair";

/** Objects inside of broken ones are read again, but all in all only so many times the text. */
const MAX_PARSED = 3;
/** `jsonrepair` takes a second for a megabyte, and more for some: so many characters of a piece, and of a text. */
const [MAX_REPAIRED_PIECE, MAX_REPAIRED] = [10_000, 30_000];

/** A text with so many pieces that are not JSON is none. */
const MAX_FAILED = 100;

/** Reads pieces of a text as JSON, repaired if need be and wanted. A piece gives undefined if it is none. */
export function createParser(text: string) {
  let parsed = 0;
  let failed = 0;
  let repaired = 0;
  return ({ start, end }: { start: number; end: number }, repair = true): unknown => {
    const length = end - start;
    parsed += length;
    if (parsed > MAX_PARSED * text.length || failed > MAX_FAILED) return undefined;
    const piece = text.slice(start, end);
    const value = attempt(() => JSON.parse(piece));
    if (value === undefined) failed++;
    if (value !== undefined || !repair || length > MAX_REPAIRED_PIECE || repaired + length > MAX_REPAIRED) return value;
    repaired += length;
    const mended = attempt(() => JSON.parse(jsonrepair(piece)));
    return typeof mended === "object" && mended !== null ? mended : undefined;
  };
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
