import { parentPort, workerData } from "node:worker_threads";
import { sketchLines } from "./chunk";
import type { Known } from "./known";
import type { LineBlock } from "./lines";
import { knownIndex, type Thresholds } from "./screen";

/** A thread that sketches the lines it is sent, one block after the other. */
const { known, thresholds } = workerData as { known: Known[]; thresholds: Thresholds };
const index = knownIndex(known, thresholds);
parentPort!.on("message", (block: LineBlock) => {
  const sketched = sketchLines(block, index);
  const { shingles, starts, texts } = sketched.sketches;
  parentPort!.postMessage(sketched, [shingles.buffer, starts.buffer, texts.buffer] as ArrayBuffer[]);
});
