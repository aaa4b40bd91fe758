import { textsById } from "../ask/index";
import type { Run } from "../store/index";
import { callId, makeSet, type SampleSet, type SetOptions } from "../synthesis/index";

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
