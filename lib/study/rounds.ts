import { join } from "node:path";
import { textsById } from "../ask/index";
import type { Run } from "../store/index";
import {
  type CallPlan,
  callId,
  type Generation,
  makeSet,
  planCalls,
  type SampleSet,
  type SetOptions,
  seedOrder,
} from "../synthesis/index";
import { writeLines } from "./sample-files";

/** Writes down which seeds each call shows, in which order: `calls.jsonl` in the run's folder. */
export function recordCalls(root: string, run: Run, seeds: number, how: Generation, calls: number): void {
  const lines = Array.from({ length: calls }, (_, call) => ({
    call: callId(call),
    seeds: seedOrder(seeds, how, call),
  }));
  writeLines(join(root, run.path("calls.jsonl")), lines);
}

/** The calls of a run so far, and what they leave. */
export interface Rounds {
  /** Calls of all rounds that are planned by now. */
  calls: number;
  /** Whether they leave as many samples as are wanted. */
  enough: boolean;
  /** What the last round that is answered left; absent before the first. */
  set?: SampleSet;
}

/** Reads and screens what the calls of a run have left, and plans how many there are to be. @throws WovError as `planCalls` */
export function planRounds(run: Run, plan: CallPlan, options: SetOptions): Rounds {
  const texts = textsById(run.records(), run.path("records.jsonl"));
  let set: SampleSet | undefined;
  const planned = planCalls(plan, (calls) => {
    const ids = Array.from({ length: calls }, (_, call) => callId(call));
    if (!ids.every((id) => texts.has(id))) return undefined;
    set = makeSet(new Map(ids.map((id) => [id, texts.get(id)!])), options);
    return set.kept.length;
  });
  return { ...planned, set };
}
