import type { KnownIndex } from "./known";
import { type LineFault, readLine } from "./line";
import { type LineBlock, splitLines } from "./lines";
import { type Screenable, type Sketches, sketch } from "./sketch";

/** What became of some lines. */
export interface SketchedLines {
  sketches: Sketches;
  /** Line of each entry. */
  lines: number[];
  faults: { line: number; reason: LineFault }[];
}

/** Reads lines and sketches what they hold. */
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
