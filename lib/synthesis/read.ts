import { type QuestionFault, readQuestion } from "./question";
import { piecesOf } from "./reply";
import type { Sample } from "./sample";

/** The samples in a reply, and what was rejected. */
export interface ParsedReply {
  samples: Sample[];
  rejected: { reason: RejectReason; text: string }[];
}

export type RejectReason = QuestionFault | "no reply" | "no JSON" | "cut off" | "nothing after the thinking";

/** What comes after so many rejections is not read: the reply holds something else. */
const MAX_REJECTED = 200;

/** Reads the questions in a reply. Incomplete or unclear ones are rejected with the reason; nothing is guessed. */
export function readSamples(reply: string, source: string, call: string): ParsedReply {
  const { pieces, cutOff, fault } = piecesOf(reply);
  const out: ParsedReply = { samples: [], rejected: [] };
  for (const [i, { value, text }] of pieces.entries()) {
    if (out.rejected.length === MAX_REJECTED) break;
    const read = value === undefined ? "no JSON" : readQuestion(value);
    if (typeof read === "string") out.rejected.push({ reason: read, text });
    else out.samples.push({ id: `${source}-${call}-${i}`, ...read, source, call });
  }
  if (cutOff !== undefined) out.rejected.push({ reason: "cut off", text: cutOff });
  if (fault) out.rejected.push({ reason: fault, text: reply });
  return out;
}
