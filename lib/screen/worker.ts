import { parentPort, workerData } from "node:worker_threads";
import { sketchLines } from "./chunk";
import type { Known } from "./known";
import type { LineBlock } from "./lines";
import { knownIndex, sampleBanding, type Thresholds } from "./screen";

/** A thread that sketches the lines it is sent, one block after the other. */
const { known, thresholds } = workerData as { known: Known[]; thresholds: Thresholds };
const [index, banding] = [knownIndex(known, thresholds), sampleBanding(thresholds)];
parentPort!.on("message", (block: LineBlock) => {
  const sketched = sketchLines(block, banding, index);
  const { keys, shingles, starts, texts } = sketched.sketches;
  parentPort!.postMessage(sketched, [keys.buffer, shingles.buffer, starts.buffer, texts.buffer] as ArrayBuffer[]);
});
