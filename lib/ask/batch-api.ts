import type OpenAI from "openai";
import { createClient } from "./client";
import type { Connection } from "./endpoint";
import { createSender } from "./send";

export type Batch = OpenAI.Batch;
export type BatchApi = ReturnType<typeof createBatchApi>;

/** OpenAI's Files and Batch API, asked again after failures as live endpoints are. */
export function createBatchApi(connection: Connection) {
  const { batches, files } = createClient(connection);
  const { send } = createSender(connection);

  async function find(part: string): Promise<Batch | undefined> {
    for await (const batch of batches.list({ limit: 100 })) if (batch.metadata?.part === part) return batch;
    return undefined;
  }

  return {
    find: (part: string) => send(() => find(part)),
    retrieve: (id: string) => send(() => batches.retrieve(id)),
    /** Sent again where the answer is lost: a file that no batch uses costs nothing. */
    upload: (lines: string[]) =>
      send(() => files.create({ purpose: "batch", file: new File(lines, "requests.jsonl") })),
    /** Creates a batch once, also where the answer to it is lost: it carries `part`, by which it is found again. */
    create(file: string, part: string): Promise<Batch> {
      const url = "/v1/chat/completions";
      const batch = { input_file_id: file, endpoint: url, completion_window: "24h", metadata: { part } } as const;
      let sent = false;
      return send(async () => {
        const found = sent ? await find(part) : undefined;
        sent = true;
        return found ?? batches.create(batch);
      });
    },
    /** A file's lines; one that is not JSON, as a text. */
    async lines(file: string): Promise<unknown[]> {
      const text = await send(async () => (await files.content(file)).text());
      return text.split("\n").flatMap((line) => (line.trim() ? [parse(line)] : []));
    },
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

/** Whether a batch was refused only because its account has too many tokens enqueued at this time. */
export const isCrowded = ({ status, errors }: Batch): boolean =>
  status === "failed" &&
  (errors?.data ?? []).some(
    ({ code, message }) => code === "token_limit_exceeded" || /enqueued token limit/i.test(message ?? ""),
  );

/** Why a batch was refused. */
export const reasonOf = ({ errors }: Batch): string => errors?.data?.[0]?.message ?? "no reason was given";
