import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, listen } from "./listen";

/** What becomes of a request of a batch: a completion's text, an error, or nothing before the batch expires. */
export type Outcome = string | { status: number } | "expires";

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

/** A server that speaks OpenAI's Files and Batch API as far as the kit does; batches end at the third look. */
export async function serveBatches(outcome: (id: string, batch: number) => Outcome = () => "A") {
  const files = new Map<string, string>();
  const batches: Stored[] = [];
  const paid = new Map<string, number>();
  const state = { refuse: "" };

  function work(batch: Stored): void {
    const [good, bad]: [string[], string[]] = [[], []];
    let expired = false;
    for (const line of files.get(batch.input)!.trim().split("\n")) {
      const { custom_id } = JSON.parse(line);
      const what = outcome(custom_id, batches.indexOf(batch));
      if (what === "expires") {
        expired = true;
        bad.push(JSON.stringify({ custom_id, response: null, error: { code: "batch_expired" } }));
      } else if (typeof what === "string") {
        paid.set(custom_id, (paid.get(custom_id) ?? 0) + 1);
        const choices = [{ index: 0, message: { role: "assistant", content: what }, finish_reason: "stop" }];
        const usage = { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 };
        good.push(JSON.stringify({ custom_id, response: { status_code: 200, body: { choices, usage } }, error: null }));
      } else bad.push(JSON.stringify({ custom_id, response: { status_code: what.status, body: {} }, error: null }));
    }
    batch.status = expired ? "expired" : "completed";
    batch.output_file_id = good.length ? put(good.join("\n")) : undefined;
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
    if (request.method === "POST" && path === "/files") return send({ id: put(partOf(await bodyOf(request), "file")) });
    if (request.method === "POST" && path === "/batches") {
      const { input_file_id: input, metadata } = JSON.parse(await bodyOf(request));
      const batch: Stored = { id: `batch-${batches.length}`, status: "in_progress", metadata, input, asked: 0 };
      if (state.refuse) Object.assign(batch, { status: "failed", errors: { data: [{ message: state.refuse }] } });
      batches.push(batch);
      return send(batch);
    }
    if (path === "/batches") return send({ object: "list", data: batches, has_more: false });
    const batch = batches.find(({ id }) => path === `/batches/${id}`);
    if (batch) {
      if (batch.status === "in_progress" && ++batch.asked >= 3) work(batch);
      return send(batch);
    }
    const file = files.get(path.split("/")[2] ?? "");
    return file === undefined ? send({ error: { message: "no such thing" } }, 404) : send(file);
  };
  const { origin, close } = await listen(handle);
  return {
    baseURL: `${origin}/v1`,
    batches,
    paid,
    state,
    requestsOf: (batch: Stored) => files.get(batch.input)!.trim().split("\n").length,
    close,
  };
}

/** A part of a multipart form, by its name. */
function partOf(form: string, name: string): string {
  const boundary = form.slice(0, form.indexOf("\r\n"));
  const part = form.split(boundary).find((one) => one.includes(`name="${name}"`))!;
  return part.slice(part.indexOf("\r\n\r\n") + 4, part.lastIndexOf("\r\n"));
}
