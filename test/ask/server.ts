import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Request } from "../../lib/ask/index";
import { bodyOf, listen } from "./listen";

/** A request as the server sees it. */
export interface Asked {
  body: Request["body"];
  /** The last text of the message. */
  prompt: string;
  /** How many requests came before. */
  asked: number;
}
/** A completion's text, a response of another kind, or none. */
type Response =
  | string
  | { status: number; headers?: Record<string, string>; body?: unknown; text?: string; type?: string };
export type Answer = (asked: Asked) => Response;

/** What a server was asked. */
export interface Count {
  asked: number;
  /** Completions given. */
  paid: number;
  /** Of these, how many to a request that had one already. */
  paidTwice: number;
}

/** An endpoint on loopback that speaks OpenAI's protocol as far as the kit does, and keeps count. */
export async function serveChat(answer: Answer = () => "A", latencyMs = 0) {
  let asked = 0;
  const paid = new Map<string, number>();
  const { origin, close } = await listen(async (request, response) => {
    const text = await bodyOf(request);
    const body = JSON.parse(text) as Request["body"];
    const what = answer({ body, prompt: promptOf(body), asked: asked++ });
    if (latencyMs) await sleep(latencyMs);
    if (what === "never") return;
    if (what === "hang up") return void request.socket.destroy();
    if (typeof what === "string") paid.set(text, (paid.get(text) ?? 0) + 1);
    respond(response, what);
  });
  const count = (): Count => {
    const given = [...paid.values()].reduce((all, n) => all + n, 0);
    return { asked, paid: given, paidTwice: given - paid.size };
  };
  return { baseURL: `${origin}/v1`, count, close };
}

function promptOf({ messages }: Request["body"]): string {
  const { content } = messages[0]!;
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

function respond(response: ServerResponse, what: Response): void {
  if (typeof what !== "string") {
    const type = what.type ?? "application/json";
    response.writeHead(what.status, { "content-type": type, ...what.headers });
    return void response.end(what.text ?? JSON.stringify(what.body ?? {}));
  }
  const message = { role: "assistant", content: what };
  const usage = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 };
  const body = {
    id: "chatcmpl-1",
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: "stop" }],
    usage,
  };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
