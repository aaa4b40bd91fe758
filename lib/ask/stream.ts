import { isRecord, stringOf } from "./error-body";

/**
 * The body that a stream of events adds up to, from an endpoint that streams although it was not asked to: chunks of a
 * chat completion, or the events of `/v1/responses`.
 *
 * @returns undefined if the text is no stream; "broken off" if the stream has no end
 */
export function joinStream(text: string): object | "broken off" | undefined {
  if (!/^\s*(?:data|event|id|retry)?:/.test(text)) return undefined;
  const events = text.split(/\r\n|\r|\n/).flatMap((line) => (/^data:/.test(line) ? [line.slice(5).trim()] : []));
  const bodies = events.filter((event) => event !== "[DONE]" && event !== "").map(parse);
  if (bodies.length === 0) return undefined;
  if (!bodies.every(isRecord)) return "broken off";
  const other = bodies.find(
    (body) => body.error || (isRecord(body.response) && /completed|incomplete|failed/.test(stringOf(body.type))),
  );
  if (other) return isRecord(other.response) ? other.response : other;
  const choices = bodies.flatMap(({ choices }) => (Array.isArray(choices) ? choices.filter(isRecord) : []));
  const first = choices.filter(({ index }) => index === undefined || index === 0);
  const finish_reason = first.map((choice) => choice.finish_reason).find(Boolean);
  if (!finish_reason && !events.includes("[DONE]")) return "broken off";
  const content = first.map(contentOf).join("");
  const usage = bodies
    .map((body) => body.usage)
    .filter(isRecord)
    .at(-1);
  const message = { role: "assistant", content };
  return {
    id: bodies[0]!.id,
    object: "chat.completion",
    model: bodies[0]!.model,
    choices: [{ index: 0, message, finish_reason: finish_reason ?? "stop" }],
    ...(usage && { usage }),
  };
}

function contentOf({ delta, message, text }: Record<string, unknown>): string {
  const said = isRecord(delta) ? delta.content : isRecord(message) ? message.content : text;
  return typeof said === "string" ? said : "";
}

function parse(event: string): unknown {
  try {
    return JSON.parse(event);
  } catch {
    return undefined;
  }
}
