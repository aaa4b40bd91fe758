import { type QuestionFault, readQuestion } from "./question";
import { objectsIn } from "./reply";
import type { Sample } from "./sample";

/** The samples in a reply, and what was rejected. */
export interface ParsedReply {
  samples: Sample[];
  rejected: { reason: RejectReason; text: string }[];
}

export type RejectReason = QuestionFault | "no JSON" | "cut off";

/** Reads the questions in a reply. Incomplete or unclear ones are rejected with the reason; nothing is guessed. */
export function readSamples(reply: string, source: string, call: string): ParsedReply {
  const { objects, cutOff } = objectsIn(reply);
  const out: ParsedReply = { samples: [], rejected: [] };
  if (!objects) return { samples: [], rejected: [{ reason: "no JSON", text: reply }] };
  for (const [i, object] of objects.entries()) {
    const read = readQuestion(object);
    if (typeof read === "string") out.rejected.push({ reason: read, text: JSON.stringify(object) });
    else out.samples.push({ id: `${source}-${call}-${i}`, ...read, source, call });
  }
  if (cutOff !== undefined) out.rejected.push({ reason: "cut off", text: cutOff });
  return out;
}
