import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request } from "../../lib/ask/index";
import { bodyOf, listen } from "./listen";

/** What becomes of a request of a batch: a completion's text, an error, or nothing before the batch expires. */
export type Outcome = string | { status: number; body?: unknown } | "expires";

interface Stored {
  id: string;
  status: string;
  metadata: Record<string, string>;
  input: string;
  asked: number;
  output_file_id?: string;
  error_file_id?: string;
  errors?: unknown;
}

/** Tokens that a reply is charged for. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
}

/** What the server does with the requests of batches. */
export interface Behaviour {
  /** By default, the answer "A". `body` is that of the request. */
  outcome?(id: string, batch: number, body: Request["body"]): Outcome;
  usage?(body: Request["body"], text: string): Usage;
}

/** A server that speaks OpenAI's Files and Batch API as far as the kit does; batches end at the third look. */
export async function serveBatches({
  outcome = () => "A",
  usage: usageOf = () => ({ prompt_tokens: 10, completion_tokens: 1 }),
}: Behaviour = {}) {
  const files = new Map<string, string>();
  const batches: Stored[] = [];
  const paid = new Map<string, number>();
  /** What all replies are charged for. */
  const bill: Usage = { prompt_tokens: 0, completion_tokens: 0 };
  const state = {
    /** Why batches are refused, and how many are. */
    refuse: "",
    refusals: Number.POSITIVE_INFINITY,
    /** Answers to "create" that are lost on their way, after the batch was created. */
    lostAnswers: 0,
    /** Requests that may be in batches which have not ended. */
    maxEnqueued: Number.POSITIVE_INFINITY,
    /** Writes a file's content in another way; false where it is to be written as it is. */
    write: (_response: ServerResponse, _text: string): boolean => false,
    /** Bytes of each input file. */
    bytes: [] as number[],
  };
  const lengthOf = (batch: Stored) => files.get(batch.input)!.trim().split("\n").length;

  function work(batch: Stored): void {
    const [good, bad]: [string[], string[]] = [[], []];
    let expired = false;
    for (const line of files.get(batch.input)!.trim().split("\n")) {
      const { custom_id, body } = JSON.parse(line) as Request;
      const what = outcome(custom_id, batches.indexOf(batch), body);
      if (what === "expires") {
        expired = true;
        bad.push(JSON.stringify({ custom_id, response: null, error: { code: "batch_expired" } }));
      } else if (typeof what === "string") {
        paid.set(custom_id, (paid.get(custom_id) ?? 0) + 1);
        const choices = [{ index: 0, message: { role: "assistant", content: what }, finish_reason: "stop" }];
        const usage = usageOf(body, what);
        bill.prompt_tokens += usage.prompt_tokens;
        bill.completion_tokens += usage.completion_tokens;
        good.push(JSON.stringify({ custom_id, response: { status_code: 200, body: { choices, usage } }, error: null }));
      } else
        bad.push(
          JSON.stringify({ custom_id, response: { status_code: what.status, body: what.body ?? {} }, error: null }),
        );
    }
    batch.status = expired ? "expired" : "completed";
    const doubled = [...good, ...good.slice(0, 1)]; // a line twice, as a service may do it
    batch.output_file_id = good.length ? put(doubled.join("\n")) : undefined;
    batch.error_file_id = bad.length ? put(bad.join("\n")) : undefined;
  }
  const put = (text: string) => {
    files.set(`file-${files.size}`, text);
    return `file-${files.size - 1}`;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url!.replace(/^\/v1/, "").split("?")[0]!;
    const send = (body: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    if (request.method === "POST" && path === "/files") {
      const file = partOf(await bodyOf(request), "file");
      state.bytes.push(Buffer.byteLength(file));
      return send({ id: put(file) });
    }
    if (request.method === "POST" && path === "/batches") {
      const { input_file_id: input, metadata } = JSON.parse(await bodyOf(request));
      const batch: Stored = { id: `batch-${batches.length}`, status: "in_progress", metadata, input, asked: 0 };
      if (state.refuse && state.refusals-- > 0)
        Object.assign(batch, { status: "failed", errors: { data: [{ message: state.refuse }] } });
      const enqueued = batches
        .filter(({ status }) => status === "in_progress")
        .reduce((n, one) => n + lengthOf(one), 0);
      if (enqueued + lengthOf(batch) > state.maxEnqueued) {
        const message = "Enqueued token limit reached for m in organization org. Limit: 90,000 enqueued tokens.";
        Object.assign(batch, { status: "failed", errors: { data: [{ code: "token_limit_exceeded", message }] } });
      }
      batches.push(batch);
      if (state.lostAnswers > 0 && state.lostAnswers--) return void request.socket.destroy();
      return send(batch);
    }
    if (path === "/batches") {
      // Two a page, the newest first.
      const newest = [...batches].reverse();
      const after = new URLSearchParams(request.url!.split("?")[1]).get("after");
      const start = after ? newest.findIndex(({ id }) => id === after) + 1 : 0;
      return send({ object: "list", data: newest.slice(start, start + 2), has_more: start + 2 < newest.length });
    }
    const batch = batches.find(({ id }) => path === `/batches/${id}`);
    if (batch) {
      if (batch.status === "in_progress" && ++batch.asked >= 3) work(batch);
      return send(batch);
    }
    const file = files.get(path.split("/")[2] ?? "");
    if (file === undefined) return send({ error: { message: "no such thing" } }, 404);
    if (!state.write(response, file)) send(file);
  };
  const { origin, close } = await listen(handle);
  return {
    baseURL: `${origin}/v1`,
    batches,
    paid,
    bill,
    state,
    requestsOf: lengthOf,
    close,
  };
}

/** A part of a multipart form, by its name. */
function partOf(form: string, name: string): string {
  const boundary = form.slice(0, form.indexOf("\r\n"));
  const part = form.split(boundary).find((one) => one.includes(`name="${name}"`))!;
  return part.slice(part.indexOf("\r\n\r\n") + 4, part.lastIndexOf("\r\n"));
}
