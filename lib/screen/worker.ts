import { parentPort, workerData } from "node:worker_threads";
import { sketchLines } from "./chunk";
import type { KnownText } from "./known";
import type { LineBlock } from "./lines";
import { knownIndex, type Thresholds } from "./screen";

/** A worker thread that sketches each block of lines that it is sent. */
const { known, thresholds } = workerData as { known: KnownText[]; thresholds: Thresholds };
const index = knownIndex(known, thresholds);
parentPort!.on("message", (block: LineBlock) => {
  const sketched = sketchLines(block, index);
  const { shingles, starts, texts } = sketched.sketches;
  parentPort!.postMessage(sketched, [shingles.buffer, starts.buffer, texts.buffer] as ArrayBuffer[]);
});
