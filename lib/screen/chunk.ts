import type { KnownIndex } from "./known";
import { type LineFault, readLine } from "./line";
import type { Banding } from "./minhash";
import { type Screenable, type Sketches, sketch } from "./sketch";

/** Whole lines of a file. */
export interface Lines {
  bytes: Uint8Array;
  /** Number of the first, from 1. */
  first: number;
}

/** What became of some lines. */
export interface SketchedLines {
  sketches: Sketches;
  /** Line of each entry. */
  lines: number[];
  faults: { line: number; reason: LineFault }[];
}

/** Reads lines and sketches what they hold. */
export function sketchLines({ bytes, first }: Lines, banding: Banding, known: KnownIndex | null): SketchedLines {
  const entries: Screenable[] = [];
  const lines: number[] = [];
  const faults: SketchedLines["faults"] = [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  text.split("\n").forEach((line, i) => {
    if (!line.trim()) return;
    const read = readLine(i + first === 1 ? line.replace(/^\uFEFF/, "") : line, i + first);
    if (typeof read === "string") faults.push({ line: i + first, reason: read });
    else {
      entries.push(read);
      lines.push(i + first);
    }
  });
  return { sketches: sketch(entries, banding, known), lines, faults };
}
