import { parentPort, workerData } from "node:worker_threads";
import { type Lines, sketchLines } from "./chunk";
import type { Known } from "./known";
import { knownIndex, sampleBanding, type Thresholds } from "./screen";

/** A thread that sketches the lines it is sent, one portion after the other. */
const { known, thresholds } = workerData as { known: Known[]; thresholds: Thresholds };
const [index, banding] = [knownIndex(known, thresholds), sampleBanding(thresholds)];
parentPort!.on("message", (lines: Lines) => {
  const sketched = sketchLines(lines, banding, index);
  const { keys, shingles, starts, texts } = sketched.sketches;
  parentPort!.postMessage(sketched, [keys.buffer, shingles.buffer, starts.buffer, texts.buffer] as ArrayBuffer[]);
});
