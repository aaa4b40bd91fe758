import { readFile } from "node:fs/promises";
import { join } from "node:path";
import OpenAI from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources";
import type { Part, Request } from "./request";

/** A live endpoint that speaks OpenAI's protocol. */
export interface Endpoint {
  /** Such as "http://localhost:8000/v1". */
  baseURL: string;
  /** From the environment; never written anywhere. */
  apiKey: string;
  /** Requests under way at once. */
  concurrency: number;
}

/**
 * Sends requests to a live endpoint and hands each reply on as it comes, as a line of a batch output file.
 * The client retries what may pass (429, 5xx, lost connections); what then still fails is thrown.
 */
export async function askLive(
  root: string,
  endpoint: Endpoint,
  requests: readonly Request[],
  onReply: (reply: unknown) => void,
): Promise<void> {
  const client = new OpenAI({ baseURL: endpoint.baseURL, apiKey: endpoint.apiKey, maxRetries: 5 });
  const waiting = [...requests];
  const worker = async () => {
    for (let request = waiting.shift(); request; request = waiting.shift()) onReply(await send(client, root, request));
  };
  await Promise.all(Array.from({ length: endpoint.concurrency }, worker));
}

async function send(client: OpenAI, root: string, request: Request): Promise<unknown> {
  const messages = await Promise.all(
    request.body.messages.map(async (m) => ({ ...m, content: await encoded(root, m.content) })),
  );
  const body = await client.chat.completions.create({
    ...request.body,
    messages,
  } as ChatCompletionCreateParamsNonStreaming);
  const response = { status_code: 200, request_id: body.id, body };
  return { id: body.id, custom_id: request.custom_id, response, error: null };
}

/** The content with each picture in place of its name. */
async function encoded(root: string, content: string | Part[]): Promise<string | Part[]> {
  if (typeof content === "string") return content;
  return Promise.all(
    content.map(async (part) => {
      if (part.type === "text" || part.image_url.url.startsWith("data:")) return part;
      const bytes = await readFile(join(root, part.image_url.url.split("#")[0]!));
      return { ...part, image_url: { url: `data:image/png;base64,${bytes.toString("base64")}` } };
    }),
  );
}
