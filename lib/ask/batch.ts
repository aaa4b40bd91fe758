import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI, { toFile } from "openai";
import type { Batch } from "openai/resources";
import { WovError } from "../errors";
import type { Outcome, Run } from "../store/index";
import { appendRecords, dropTornLine, readRecords } from "../store/index";
import { type Budget, countSpent } from "./budget";
import { encoded } from "./encode";
import type { Endpoint } from "./endpoint";
import { toFailure } from "./failure";
import { replyLine, tokensOf } from "./reply";
import type { Request } from "./request";

/** Limits of a batch input file: requests, and bytes with some room (OpenAI's are 50,000 and 200 MB). */
export interface BatchLimits {
  requests: number;
  bytes: number;
}
const LIMITS: BatchLimits = { requests: 50_000, bytes: 180e6 };
/** When the API is first asked how far it is, in milliseconds; then each time later, up to once a minute. */
const POLL_MS = 1000;
const POLL_BACKOFF = 1.5;
const MAX_POLL_MS = 60_000;
/** Times that what expired or failed is sent in a new batch. */
const ROUNDS = 3;

/** Asking through a batch API. */
export interface BatchAsking {
  root: string;
  run: Run;
  endpoint: Endpoint;
  requests: readonly Request[];
  /** Of the price of a batch, which is half that of live requests at OpenAI. */
  budget?: Budget;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
  limits?: BatchLimits;
  pollMs?: number;
}

/** A line of `batches.jsonl`: first what is about to be sent, then under which id it runs, then that it was fetched. */
interface Note {
  part: string;
  batch?: string;
  fetched?: boolean;
}

/**
 * Asks what is missing of a run through OpenAI's Batch API, at half the price and within a day. What is sent is
 * written down before and after, and each batch carries its run and part, so that a run which was cut off at any
 * moment finds its batches again and pays for nothing twice. What expired or failed is sent again, a few times.
 *
 * @throws WovError where a batch is refused, or requests are left without a reply
 */
export async function askBatch(asking: BatchAsking): Promise<Outcome> {
  const { run, requests, endpoint, budget } = asking;
  run.begin();
  countSpent(budget, requests, run.records());
  const client = new OpenAI({ baseURL: endpoint.baseURL, apiKey: endpoint.apiKey, maxRetries: 5 });
  const batches = new Batches(asking, client);
  try {
    await batches.fetchOpen();
    const tries = new Map<string, number>();
    for (;;) {
      const open = batches.missing().filter(({ custom_id }) => (tries.get(custom_id) ?? 0) < ROUNDS);
      if (open.length === 0) break;
      const sent = affordable(open, budget);
      for (const { custom_id } of sent) tries.set(custom_id, (tries.get(custom_id) ?? 0) + 1);
      await batches.send(sent);
      await batches.fetchOpen();
      for (const request of sent) budget?.settle(request, batches.replyTo(request.custom_id));
    }
  } catch (error) {
    if (error instanceof WovError || (error as Error).name === "AbortError") throw error;
    throw new WovError(`${endpoint.baseURL}: ${toFailure(error, endpoint).message}`);
  }
  const left = batches.missing();
  if (left.length > 0)
    throw new WovError(
      `${left.length} of ${requests.length} requests got no reply in ${ROUNDS} batches (${join(run.folder, "errors.jsonl")}), ` +
        `the first: ${left[0]!.custom_id}. Run it again to ask only these`,
    );
  const records = run.records();
  return { counts: { replies: records.length }, tokens: tokensOf(records), costUsd: budget?.spentUsd ?? 0 };
}

/**
 * As many requests as the budget bears, were each answered at the greatest length; what they really cost decides
 * how many come next. @throws WovError where it does not even bear one
 */
function affordable(requests: readonly Request[], budget: Budget | undefined): Request[] {
  if (!budget) return [...requests];
  const taken: Request[] = [];
  for (const request of requests) {
    try {
      budget.reserve(request);
    } catch (error) {
      if (taken.length === 0) throw error;
      break;
    }
    taken.push(request);
  }
  return taken;
}

/** The batches of a run: those that were noted, and what came of them. */
class Batches {
  private readonly notes: string;
  private readonly replies = new Map<string, unknown>();

  constructor(
    private readonly asking: BatchAsking,
    private readonly client: OpenAI,
  ) {
    this.notes = join(asking.root, asking.run.path("batches.jsonl"));
    dropTornLine(this.notes);
    for (const record of asking.run.records<{ custom_id: string }>()) this.replies.set(record.custom_id, record);
  }

  replyTo = (id: string) => this.replies.get(id);
  missing = () => this.asking.requests.filter(({ custom_id }) => !this.replies.has(custom_id));

  /** Sends requests in parts that keep within the limits. */
  async send(requests: readonly Request[]): Promise<void> {
    for await (const lines of this.parts(requests)) {
      const part = `${this.asking.run.id}#${readRecords(this.notes).length}`;
      this.note({ part });
      const file = await this.client.files.create({
        file: await toFile(Buffer.from(lines.join("")), "requests.jsonl"),
        purpose: "batch",
      });
      const batch = await this.client.batches.create({
        input_file_id: file.id,
        endpoint: "/v1/chat/completions",
        completion_window: "24h",
        metadata: { part },
      });
      this.note({ part, batch: batch.id });
    }
  }

  /** Waits for the batches that were sent and not fetched yet, and keeps what they bring. */
  async fetchOpen(): Promise<void> {
    const refused: string[] = [];
    for (const { part, batch } of await this.open()) {
      const ended = await this.waitFor(batch);
      if (ended.status === "failed")
        refused.push(`the batch ${batch} was refused: ${ended.errors?.data?.[0]?.message ?? "no reason was given"}`);
      if (ended.output_file_id) this.keep(await this.lines(ended.output_file_id));
      if (ended.error_file_id) this.keep(await this.lines(ended.error_file_id));
      this.note({ part, fetched: true });
    }
    if (refused[0]) throw new WovError(refused[0]);
  }

  /** Parts that run somewhere. One that was about to be sent when the process was killed is sought by its name. */
  private async open(): Promise<{ part: string; batch: string }[]> {
    const parts = new Map<string, Note>();
    for (const note of readRecords(this.notes) as Note[]) parts.set(note.part, { ...parts.get(note.part), ...note });
    const open: { part: string; batch: string }[] = [];
    for (const { part, batch, fetched } of parts.values()) {
      if (fetched) continue;
      const id = batch ?? (await this.findSent(part));
      if (id) open.push({ part, batch: id });
      else this.note({ part, fetched: true }); // it was never sent
    }
    return open;
  }

  private async findSent(part: string): Promise<string | undefined> {
    for await (const batch of this.client.batches.list({ limit: 100 }))
      if (batch.metadata?.part === part) return batch.id;
    return undefined;
  }

  private async waitFor(id: string): Promise<Batch> {
    const { signal, pollMs = POLL_MS, onProgress, requests } = this.asking;
    for (let wait = pollMs; ; wait = Math.min(MAX_POLL_MS, POLL_BACKOFF * wait)) {
      const batch = await this.client.batches.retrieve(id, { signal });
      onProgress?.(this.replies.size + (batch.request_counts?.completed ?? 0), requests.length);
      if (["completed", "failed", "expired", "cancelled"].includes(batch.status)) return batch;
      await sleep(wait, undefined, { signal });
    }
  }

  private async lines(file: string): Promise<unknown[]> {
    const text = await (await this.client.files.content(file)).text();
    return text.split("\n").flatMap((line) => (line.trim() ? [JSON.parse(line) as unknown] : []));
  }

  /** Replies become records; what failed is noted, and stays missing. */
  private keep(lines: readonly unknown[]): void {
    const wanted = new Set(this.missing().map(({ custom_id }) => custom_id));
    const good: unknown[] = [];
    for (const line of lines) {
      const reply = replyLine.safeParse(line).data;
      if (reply?.response?.status_code === 200) {
        if (wanted.delete(reply.custom_id)) good.push(line);
      } else appendRecords(join(this.asking.root, this.asking.run.path("errors.jsonl")), [line]);
    }
    this.asking.run.append(good);
    for (const line of good as { custom_id: string }[]) this.replies.set(line.custom_id, line);
  }

  private async *parts(requests: readonly Request[]): AsyncGenerator<string[]> {
    const { root, limits = LIMITS } = this.asking;
    let [lines, bytes]: [string[], number] = [[], 0];
    for (const request of requests) {
      const line = `${JSON.stringify({ ...request, body: await encoded(root, request) })}\n`;
      if (lines.length === limits.requests || (lines.length > 0 && bytes + line.length > limits.bytes)) {
        yield lines;
        [lines, bytes] = [[], 0];
      }
      lines.push(line);
      bytes += line.length;
    }
    if (lines.length > 0) yield lines;
  }

  private note(note: Note): void {
    appendRecords(this.notes, [note]);
  }
}
