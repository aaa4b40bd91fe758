import { join } from "node:path";
import { textsById } from "../ask/index";
import type { Run } from "../store/index";
import { callId, type Generation, makeSet, type SampleSet, type SetOptions, seedOrder } from "../synthesis/index";
import { writeLines } from "./sample-files";

/** Writes down which seeds each call shows, in which order: `calls.jsonl` in the run's folder. */
export function recordCalls(root: string, run: Run, seeds: number, how: Generation, calls: number): void {
  const lines = Array.from({ length: calls }, (_, call) => ({
    call: callId(call),
    seeds: seedOrder(seeds, how, call),
  }));
  writeLines(join(root, run.path("calls.jsonl")), lines);
}

/** What the first calls of a run leave after reading and screening; undefined while one of them has no reply. */
export function setOfCalls(run: Run, options: SetOptions): (calls: number) => SampleSet | undefined {
  const texts = textsById(run.records(), run.path("records.jsonl"));
  return (calls) => {
    const replies = new Map<string, string>();
    for (let call = 0; call < calls; call++) {
      const text = texts.get(callId(call));
      if (text === undefined) return undefined;
      replies.set(callId(call), text);
    }
    return makeSet(replies, options);
  };
}
