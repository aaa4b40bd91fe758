import { z } from "zod";
import { WovError } from "../errors";
import type { Failure } from "./failure";
import type { Request } from "./request";
import { estimateTokens, type Tokens } from "./tokens";

/**
 * A line of an OpenAI batch output file, as far as the kit reads it. Where a request was refused for good `response`
 * is null, and `error` says why.
 */
export const replyLine = z.object({
  custom_id: z.string(),
  response: z
    .object({
      status_code: z.number(),
      body: z.object({
        choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
        usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
      }),
    })
    .nullable(),
  error: z.unknown(),
  /** The `custom_id` of an equal request whose reply this is. */
  shared: z.string().optional(),
});
export type Reply = z.infer<typeof replyLine>;

/** The record of a request that got no reply. */
export const failureLine = (custom_id: string, { code, status, message }: Failure) => ({
  custom_id,
  response: null,
  error: { code: code ?? String(status ?? "failed"), message },
});

/**
 * What the model wrote by `custom_id`: an empty text where it wrote nothing, or the request was refused.
 *
 * @throws WovError that names the line which is no reply
 */
export function textsById(lines: readonly unknown[], where: string): Map<string, string> {
  const texts = lines.map((line, i) => {
    const reply = replyLine.safeParse(line);
    if (!reply.success) throw new WovError(`${where}, line ${i + 1}: not a line of a batch output file`, 2);
    return [reply.data.custom_id, reply.data.response?.body.choices[0]?.message.content ?? ""] as const;
  });
  return new Map(texts);
}

/** Tokens that a reply says it took; undefined where it says nothing. */
export function usageOf(reply: unknown): Tokens | undefined {
  const usage = (reply as Reply).response?.body?.usage;
  if (typeof usage?.prompt_tokens !== "number") return undefined;
  return { prompt: usage.prompt_tokens, completion: usage.completion_tokens ?? 0 };
}

/** Tokens that replies used, prompts and completions; a reply that several items share counts once. */
export function tokensOf(lines: readonly unknown[]): Tokens {
  const used = (lines as Reply[]).flatMap((line) => (line.shared ? [] : (usageOf(line) ?? [])));
  const sum = (field: keyof Tokens) => used.reduce((all, one) => all + one[field], 0);
  return { prompt: sum("prompt"), completion: sum("completion") };
}

/** What each record was paid for: nothing for one that is shared or refused, the estimate where it does not say. */
export function paidTokens(records: readonly unknown[], requests: readonly Request[]): Tokens[] {
  const paid = (records as Reply[]).filter(({ response, shared }) => response && !shared);
  const byId = new Map(paid.map((record) => [record.custom_id, record]));
  return requests.flatMap((request) => {
    const record = byId.get(request.custom_id);
    return record ? [usageOf(record) ?? estimateTokens(request)] : [];
  });
}

/** How many records hold a reply, and how many requests were refused for good. */
export function countReplies(records: readonly unknown[]): { replies: number; refused: number } {
  const refused = records.filter((record) => !(record as Reply).response).length;
  return { replies: records.length - refused, refused };
}
