import type { KnownIndex } from "./known";
import { type LineFault, readLine } from "./line";
import { type LineBlock, splitLines } from "./lines";
import { type Screenable, type Sketches, sketch } from "./sketch";

/** The sketches of some lines, and the lines that could not be read. */
export interface SketchedLines {
  sketches: Sketches;
  /** Line of each entry. */
  lines: number[];
  faults: { line: number; reason: LineFault }[];
}

/** Reads lines and sketches their texts. */
export function sketchLines(block: LineBlock, known: KnownIndex | null): SketchedLines {
  const entries: Screenable[] = [];
  const lines: number[] = [];
  const faults: SketchedLines["faults"] = [];
  for (const { line, number } of splitLines(block)) {
    const read = readLine(line, number);
    if (typeof read === "string") faults.push({ line: number, reason: read });
    else {
      entries.push(read);
      lines.push(number);
    }
  }
  return { sketches: sketch(entries, known), lines, faults };
}
