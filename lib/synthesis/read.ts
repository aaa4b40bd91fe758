import { type QuestionFault, readQuestion } from "./question";
import { objectsIn } from "./reply";
import type { Sample } from "./sample";

/** What a reply held. */
export interface ReadSamples {
  samples: Sample[];
  rejected: { reason: RejectReason; text: string }[];
}

export type RejectReason = QuestionFault | "no JSON" | "cut off";

/** Reads the questions of a reply. What is not whole is rejected with its reason; nothing is guessed. */
export function readSamples(reply: string, source: string, call: string): ReadSamples {
  const { objects, cutOff } = objectsIn(reply);
  const out: ReadSamples = { samples: [], rejected: [] };
  if (!objects) return { samples: [], rejected: [{ reason: "no JSON", text: reply }] };
  for (const [i, object] of objects.entries()) {
    const read = readQuestion(object);
    if (typeof read === "string") out.rejected.push({ reason: read, text: JSON.stringify(object) });
    else out.samples.push({ id: `${source}-${call}-${i}`, ...read, source, call });
  }
  if (cutOff !== undefined) out.rejected.push({ reason: "cut off", text: cutOff });
  return out;
}
