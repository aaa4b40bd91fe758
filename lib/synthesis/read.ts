import { jsonrepair } from "jsonrepair";
import { type Sample, writtenQuestion } from "./sample";

/** What a reply held. */
export interface ReadSamples {
  samples: Sample[];
  rejected: { reason: RejectReason; text: string }[];
}

export type RejectReason =
  | "not a JSON list"
  | "a field is missing"
  | "an option without its letter"
  | "two equal options"
  | "the answer is no option";

/** Reads the questions of a reply. What is not whole is rejected with its reason; nothing is mended by guessing. */
export function readSamples(reply: string, source: string, call: string): ReadSamples {
  const out: ReadSamples = { samples: [], rejected: [] };
  for (const [i, object] of (listIn(reply) ?? [undefined]).entries()) {
    const read = object === undefined ? "not a JSON list" : readQuestion(object);
    if (typeof read === "string") out.rejected.push({ reason: read, text: JSON.stringify(object ?? reply) });
    else out.samples.push({ id: `${source}-${call}-${i}`, ...read, source, call });
  }
  return out;
}

/** The list that a reply holds, whatever stands around it; undefined where there is none. */
function listIn(reply: string): unknown[] | undefined {
  const start = reply.indexOf("[");
  if (start < 0) return undefined;
  const end = reply.lastIndexOf("]");
  try {
    const list = JSON.parse(jsonrepair(end > start ? reply.slice(start, end + 1) : reply.slice(start)));
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function readQuestion(object: unknown): Omit<Sample, "id" | "source" | "call"> | RejectReason {
  const checked = writtenQuestion.safeParse(object);
  if (!checked.success) return "a field is missing";
  const { options: lines, answer, ...rest } = checked.data;
  const options = lines.map((line) => ({ letter: line[0]!, text: line.slice(3) }));
  if (lines.some((line, i) => !line.startsWith(`${"ABCDEFGH"[i]}. `) || line.length < 4))
    return "an option without its letter";
  if (new Set(options.map((o) => o.text)).size < options.length) return "two equal options";
  const letter = /^[A-H](?=[.):]|$)/.exec(answer)?.[0];
  if (!letter || !options.some((o) => o.letter === letter)) return "the answer is no option";
  return { ...rest, options, answer: letter };
}
