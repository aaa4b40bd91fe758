import { z } from "zod";
import { WovError } from "../errors";
import { readBody } from "./body";
import type { Endpoint } from "./endpoint";
import { isRecord, numberOf } from "./error-body";
import { type Failure, toFailureInBody, unexpected } from "./failure";
import type { Request } from "./request";
import { estimateTokens, type Tokens, tokensOfText } from "./tokens";

/**
 * A line of an OpenAI batch output file, as far as the kit reads it; `readBody` reads the body. Where a request was
 * refused for good `response` is null, and `error` says why. What was not understood is kept under `raw`.
 */
export const replyLine = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullable(),
  error: z.unknown(),
  /** The `custom_id` of an equal request whose reply this is. */
  shared: z.string().optional(),
});
export type Reply = z.infer<typeof replyLine>;

/** The record of an answer with the status 200. @throws Failure where it is no reply */
export function replyRecord(custom_id: string, body: unknown, endpoint: Endpoint): Reply {
  const read = readBody(body);
  if (read.kind === "error") throw toFailureInBody(body, endpoint);
  if (read.kind === "unknown") throw unexpected("a chat completion", body);
  const request_id = (body as { id?: unknown }).id;
  return { custom_id, response: { status_code: 200, ...{ request_id }, body }, error: null };
}

/** The record of a request that got no reply; what was sent instead is kept. */
export const failureLine = (custom_id: string, { code, status, message, raw }: Failure): Reply => ({
  custom_id,
  response: raw === undefined ? null : { status_code: 200, body: { raw } },
  error: { code: code ?? String(status ?? "failed"), message },
});

/** Records as replies. @throws WovError that names the line which is none */
export function checkReplies(lines: readonly unknown[], where: string): Reply[] {
  return lines.map((line, i) => {
    const reply = replyLine.safeParse(line);
    if (reply.success) return reply.data;
    const remedy = "If it is a run's file, remove the line and run the same command again";
    throw new WovError(`${where}, line ${i + 1}: not a line of a batch output file. ${remedy}`, 2);
  });
}

/**
 * What the model wrote by `custom_id`: an empty text where it wrote nothing, the request was refused, or the answer was
 * not understood.
 *
 * @throws WovError that names the line which is no reply
 */
export const textsById = (lines: readonly unknown[], where: string): Map<string, string> =>
  new Map(
    checkReplies(lines, where).map(({ custom_id, response }) => {
      const read = readBody(response?.body);
      return [custom_id, read.kind === "reply" ? read.text : ""];
    }),
  );

/** Names of the numbers of tokens, in chat completions and in `/v1/responses`. */
const PROMPT_TOKENS = ["prompt_tokens", "input_tokens"];
const COMPLETION_TOKENS = ["completion_tokens", "output_tokens"];
/** No reply has more tokens than this: a higher number is a mistake. */
const MAX_TOKENS = 1e9;

/** Tokens that a reply says it took, as far as it does. Numbers that cannot be right are passed over. */
export function usageOf(reply: unknown): Partial<Tokens> {
  const body = (reply as Reply).response?.body;
  const usage = isRecord(body) && isRecord(body.usage) ? body.usage : {};
  const read = (names: readonly string[]) => names.map((name) => numberOf(usage[name])).find(isCount);
  const [prompt, completion] = [read(PROMPT_TOKENS), read(COMPLETION_TOKENS)];
  return {
    ...(prompt !== undefined && { prompt: Math.ceil(prompt) }),
    ...(completion !== undefined && { completion: Math.ceil(completion) }),
  };
}

const isCount = (value: number): boolean => value >= 0 && value <= MAX_TOKENS;

/**
 * What a record is charged for: the tokens that it names, and the estimate where it names none. A prompt has tokens,
 * and so has a text, whatever the record says.
 */
export function chargedTokens(record: unknown, request: Request): Tokens {
  const { prompt, completion } = usageOf(record);
  const estimate = estimateTokens(request);
  const read = readBody((record as Reply).response?.body);
  const wrote = read.kind !== "reply" || tokensOfText(read.text, "likely") > 0;
  return {
    prompt: prompt || estimate.prompt,
    completion: completion === 0 && wrote ? estimate.completion : (completion ?? estimate.completion),
  };
}

/** Tokens that replies say they used, prompts and completions; a reply that several items share counts once. */
export function tokensOf(lines: readonly unknown[]): Tokens {
  const used = (lines as Reply[]).filter(({ shared }) => !shared).map(usageOf);
  const sum = (field: keyof Tokens) => used.reduce((all, one) => all + (one[field] ?? 0), 0);
  return { prompt: sum("prompt"), completion: sum("completion") };
}

/** What each record was paid for: nothing for one that is shared or refused. */
export function paidTokens(records: readonly unknown[], requests: readonly Request[]): Tokens[] {
  const paid = (records as Reply[]).filter(({ response, shared }) => response && !shared);
  const byId = new Map(paid.map((record) => [record.custom_id, record]));
  return requests.flatMap((request) => {
    const record = byId.get(request.custom_id);
    return record ? [chargedTokens(record, request)] : [];
  });
}

/** Records by what they hold. */
export interface ReplyCounts {
  replies: number;
  /** Requests that were refused for good. */
  refused: number;
  /** Answers that were not understood; they are no replies. */
  notUnderstood: number;
  /** Replies that end at the token limit, and how many of these hold no text. */
  cutOff: number;
  cutOffEmpty: number;
  /** Replies that the endpoint has filtered. */
  filtered: number;
}

/** The counts that a manifest has: those of replies and refusals always, others where there are some. */
export function manifestCounts(records: readonly unknown[]): Record<string, number> {
  const { replies, refused, ...others } = countReplies(records);
  return { replies, refused, ...Object.fromEntries(Object.entries(others).filter(([, count]) => count > 0)) };
}

/** How many records hold a reply, and how many do not, or not a whole one. */
export function countReplies(records: readonly unknown[]): ReplyCounts {
  const counts = { replies: 0, refused: 0, notUnderstood: 0, cutOff: 0, cutOffEmpty: 0, filtered: 0 };
  for (const { response } of records as Reply[]) {
    const read = readBody(response?.body);
    if (!response) counts.refused++;
    else if (read.kind !== "reply") counts.notUnderstood++;
    else {
      counts.replies++;
      if (read.end === "cut off") counts.cutOff++;
      if (read.end === "cut off" && read.text.trim() === "") counts.cutOffEmpty++;
      if (read.end === "filtered") counts.filtered++;
    }
  }
  return counts;
}

/**
 * What a person should know of records that are no whole replies, a sentence each.
 *
 * @param advice what to do where replies were cut off
 */
export function describeCounts(counts: Partial<ReplyCounts>, advice = "Raise the limit."): string[] {
  const { refused = 0, notUnderstood = 0, cutOff = 0, cutOffEmpty = 0, filtered = 0 } = counts;
  const are = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
  return [
    refused > 0 && `${are(refused, "request was", "requests were")} refused.`,
    notUnderstood > 0 && `${are(notUnderstood, "answer was", "answers were")} not understood, and kept as they came.`,
    filtered > 0 && `${are(filtered, "reply was", "replies were")} filtered by the endpoint.`,
    cutOff > 0 &&
      `${are(cutOff, "reply was", "replies were")} cut off at the token limit` +
        `${cutOffEmpty > 0 ? `, ${cutOffEmpty} of them before any text, as while thinking` : ""}. ${advice}`,
  ].filter((line) => typeof line === "string");
}
