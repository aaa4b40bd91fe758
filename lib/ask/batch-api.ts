import { callEndpoint, callJson } from "./client";
import type { Endpoint } from "./endpoint";
import type { Sender } from "./send";

/** A batch as OpenAI's API describes it, as far as the kit reads it. */
export interface Batch {
  id: string;
  status: string;
  metadata?: Record<string, string> | null;
  request_counts?: { completed: number };
  output_file_id?: string | null;
  error_file_id?: string | null;
  errors?: { data?: { code?: string; message?: string }[] } | null;
}

/** OpenAI's Files and Batch API. */
export interface BatchApi {
  upload(lines: string): Promise<{ id: string }>;
  /** Creates a batch once, also where the answer to it is lost: it carries `part`, by which it is found again. */
  create(inputFile: string, part: string): Promise<Batch>;
  find(part: string): Promise<Batch | undefined>;
  retrieve(id: string): Promise<Batch>;
  /** A file's lines. */
  lines(file: string): Promise<unknown[]>;
}

export function createBatchApi(endpoint: Endpoint, { send }: Sender, signal?: AbortSignal): BatchApi {
  const get = <T>(path: string) => send(() => callJson<T>(endpoint, { method: "GET", path }, signal));

  async function find(part: string): Promise<Batch | undefined> {
    for (let after = ""; ; ) {
      const page = await get<{ data: Batch[]; has_more?: boolean }>(`batches?limit=100${after}`);
      const found = page.data.find(({ metadata }) => metadata?.part === part);
      if (found || !page.has_more || page.data.length === 0) return found;
      after = `&after=${page.data.at(-1)!.id}`;
    }
  }

  return {
    find,
    retrieve: (id) => get(`batches/${id}`),
    async upload(lines) {
      const form = new FormData();
      form.append("purpose", "batch");
      form.append("file", new Blob([lines]), "requests.jsonl");
      const encoded = new Response(form);
      const type = encoded.headers.get("content-type")!;
      const body = Buffer.from(await encoded.arrayBuffer());
      // Sent again where the answer is lost: a file that no batch uses costs nothing.
      return send(() => callJson(endpoint, { method: "POST", path: "files", body, type }, signal));
    },
    create(inputFile, part) {
      const body = JSON.stringify({
        input_file_id: inputFile,
        endpoint: "/v1/chat/completions",
        completion_window: "24h",
        metadata: { part },
      });
      return send(
        () => callJson<Batch>(endpoint, { method: "POST", path: "batches", body }, signal),
        () => find(part),
      );
    },
    async lines(file) {
      const text = await send(() => callEndpoint(endpoint, { method: "GET", path: `files/${file}/content` }, signal));
      return text.split("\n").flatMap((line) => (line.trim() ? [JSON.parse(line) as unknown] : []));
    },
  };
}

/** Whether a batch was refused only because its account has too many tokens enqueued at this time. */
export const isCrowded = (batch: Batch): boolean =>
  batch.status === "failed" &&
  (batch.errors?.data ?? []).some(
    ({ code, message }) => code === "token_limit_exceeded" || /enqueued token limit/i.test(message ?? ""),
  );

/** Why a batch was refused. */
export const reasonOf = ({ errors }: Batch): string => errors?.data?.[0]?.message ?? "no reason was given";
