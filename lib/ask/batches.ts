import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WovError } from "../errors";
import { appendRecords, readRecords } from "../store/index";
import { type Adaptation, createAdaptation, type Learned } from "./adapt";
import { type Batch, type BatchApi, createBatchApi, isCrowded, reasonOf } from "./batch-api";
import { type BatchLimits, inputParts, type OutputLine, recordOf } from "./batch-files";
import { isRecord, stringOf } from "./error-body";
import { type Failure, refusesAll, toFailure, unexpected } from "./failure";
import { noteFailures } from "./notes";
import { failureLine, type Reply } from "./reply";
import type { Request } from "./request";
import { LEARNED, type RunOptions } from "./run";
import { estimateTokens } from "./tokens";

/** OpenAI's limits, with some room for bytes (200 MB). */
const LIMITS: BatchLimits = { requests: 50_000, bytes: 180e6 };
/** Times that a request which expired or failed is sent in all. */
const MAX_TRIES = 3;
/** When the API is first asked how far it is, in milliseconds; then each time later, up to 60 times this. */
const POLL_MS = 1000;
const POLL_BACKOFF = 1.5;
const MAX_POLL_FACTOR = 60;
/** Times in a row that no batch was taken, because too many tokens are enqueued, after which a run is given up. */
const MAX_CROWDED = 20;

/** Requests to a batch API, whose replies become a run's records; the budget is at the price of a batch. */
export interface BatchOptions extends RunOptions {
  /** Where they are smaller than OpenAI's, such as for an account that may have few tokens enqueued. */
  limits?: Partial<BatchLimits>;
  pollMs?: number;
}

/** A line of `batches.jsonl`: first what is about to be sent, then under which id it runs, then that it was fetched. */
interface Note {
  part: string;
  batch?: string;
  fetched?: boolean;
}

/** A request of a batch that got no reply. */
interface Failed {
  request: Request;
  failure: Failure;
}

/** The batches of a run: those that were noted, and what came of them. */
export class Batches {
  private readonly api: BatchApi;
  private readonly notes: string;
  private readonly adaptation: Adaptation;
  /** What was known of refused fields when this process last sent. */
  private sentWith: Learned = {};
  /** Why requests got no reply, by their ids. */
  readonly reasons = new Map<string, string>();
  private readonly recorded = new Map<string, unknown>();
  /** Ids of the requests in each part that this process has sent, and how often each was tried. */
  private readonly idsOf = new Map<string, string[]>();
  private readonly tries = new Map<string, number>();
  private readonly limits: BatchLimits;
  private readonly pollMs: number;
  /** Parts that are sent before any is waited for: fewer where an API has refused some as too many. */
  private maxParts = Number.POSITIVE_INFINITY;
  private crowded = 0;

  constructor(private readonly options: BatchOptions) {
    this.api = createBatchApi(options);
    this.notes = join(options.root, options.run.path("batches.jsonl"));
    this.adaptation = createAdaptation(join(options.root, options.run.path(LEARNED)), options.onNotice);
    this.limits = { ...LIMITS, ...options.limits };
    this.pollMs = options.pollMs ?? POLL_MS;
    for (const record of options.run.records<OutputLine>()) this.recorded.set(record.custom_id, record);
  }

  records = () => [...this.recorded.values()];
  missing = () => this.options.requests.filter(({ custom_id }) => !this.recorded.has(custom_id));
  /** What is missing and may be sent once more. */
  unsent = () => this.missing().filter(({ custom_id }) => (this.tries.get(custom_id) ?? 0) < MAX_TRIES);

  /** Sends requests in parts that keep within the limits; some may be left for later. */
  async send(requests: readonly Request[]): Promise<void> {
    let sent = 0;
    this.sentWith = { ...this.adaptation.learned };
    const options = { ...this.options, adaptation: this.adaptation };
    for await (const { lines, ids } of inputParts(options, requests, this.limits)) {
      const part = `${this.options.run.id}#${readRecords(this.notes).length}`;
      this.idsOf.set(part, ids);
      this.note({ part });
      const file = await this.api.upload(lines);
      const batch = await this.api.create(file.id, part);
      this.note({ part, batch: batch.id });
      if (++sent >= this.maxParts) return;
    }
  }

  /**
   * Waits for the batches that were sent and not fetched yet, and keeps what they bring.
   *
   * @throws WovError where a batch, or every request of it, is refused
   */
  async fetchOpen(): Promise<void> {
    const open = await this.open();
    const crowded: string[] = [];
    let refused: string | undefined;
    for (const { part, batch } of open) {
      const ended = await this.waitFor(batch);
      if (isCrowded(ended)) crowded.push(part);
      else {
        const files = [ended.output_file_id, ended.error_file_id].filter((file) => file != null);
        const lines = await Promise.all(files.map((file) => this.api.lines(file)));
        const refusal = this.keep(lines.flat());
        refused ??= ended.status === "failed" ? `the batch ${batch} was refused: ${reasonOf(ended)}` : refusal;
        for (const id of this.idsOf.get(part) ?? []) this.tries.set(id, (this.tries.get(id) ?? 0) + 1);
      }
      this.note({ part, fetched: true });
    }
    if (refused) throw new WovError(refused);
    if (crowded.length > 0) await this.makeRoom(crowded, open.length - crowded.length);
  }

  /** Parts that run somewhere. One that was about to be sent when the process was killed is sought by its name. */
  private async open(): Promise<{ part: string; batch: string }[]> {
    const parts = new Map<string, Note>();
    for (const note of readRecords(this.notes) as Note[]) parts.set(note.part, { ...parts.get(note.part), ...note });
    const open: { part: string; batch: string }[] = [];
    for (const { part, batch, fetched } of parts.values()) {
      if (fetched) continue;
      const id = batch ?? (await this.api.find(part))?.id;
      if (id) open.push({ part, batch: id });
      else this.note({ part, fetched: true }); // it was never sent
    }
    return open;
  }

  private async waitFor(id: string): Promise<Batch> {
    const { signal, onProgress, requests } = this.options;
    for (let wait = this.pollMs; ; wait = Math.min(MAX_POLL_FACTOR * this.pollMs, POLL_BACKOFF * wait)) {
      const batch = await this.api.retrieve(id);
      onProgress?.(this.recorded.size + (batch.request_counts?.completed ?? 0), requests.length);
      if (["completed", "failed", "expired", "cancelled"].includes(batch.status)) return batch;
      await sleep(wait, undefined, { signal });
    }
  }

  /**
   * Where an account has too many tokens enqueued, as many parts as were taken are sent at a time; where none was
   * taken, smaller ones, after a while, since other batches of the account may fill its queue.
   */
  private async makeRoom(crowded: readonly string[], taken: number): Promise<void> {
    this.maxParts = Math.max(1, taken);
    this.crowded = taken > 0 ? 0 : this.crowded + 1;
    if (taken > 0) return;
    if (this.crowded >= MAX_CROWDED)
      throw new WovError("the account has too many tokens enqueued for another batch. Run it again when others ended");
    const size = Math.max(...crowded.map((part) => this.idsOf.get(part)?.length ?? this.limits.requests));
    this.limits.requests = Math.ceil(size / 2);
    await sleep(MAX_POLL_FACTOR * this.pollMs, undefined, { signal: this.options.signal });
  }

  /**
   * Records replies and what is refused for good; what else failed is noted, and stays missing.
   *
   * @returns why no request can succeed, where that is so
   */
  private keep(lines: readonly unknown[]): string | undefined {
    const { root, run, endpoint } = this.options;
    const wanted = new Map(this.missing().map((request) => [request.custom_id, request]));
    const [replies, refused, others]: [Reply[], Failed[], Failed[]] = [[], [], []];
    for (const line of lines) {
      const request = isRecord(line) ? wanted.get(stringOf(line.custom_id)) : undefined;
      if (!request) {
        if (!isRecord(line) || line.custom_id === undefined) noteFailures(root, run, [unreadable(line)]);
        continue;
      }
      wanted.delete(request.custom_id); // a service may send a line twice
      try {
        replies.push(recordOf(line as unknown as OutputLine, endpoint));
      } catch (error) {
        const failure = toFailure(error, endpoint);
        (failure.refused && !this.learn(request, failure) ? refused : others).push({ request, failure });
      }
    }
    this.record(replies);
    this.noteFailed(others);
    const fatal = others.find(({ failure }) => failure.fatal);
    const answered = others.length > 0 || this.records().some((record) => (record as Reply).response);
    if (fatal || (!answered && refused.length > 0 && refusesAll(refused.map(({ failure }) => failure)))) {
      this.noteFailed(refused.filter(({ failure }) => failure.answered));
      return `${endpoint.baseURL} answers no request: ${(fatal ?? refused[0]!).failure.message}`;
    }
    this.record(refused.map(({ request, failure }) => failureLine(request.custom_id, failure)));
    return undefined;
  }

  /** Whether a refused request may be sent again, without a field that the model does not take. */
  private learn({ body }: Request, failure: Failure): boolean {
    const field = this.adaptation.learn(failure, { ...body, ...this.options.endpoint.extra });
    return field !== undefined && !(field in this.sentWith);
  }

  /** Notes requests without a reply; an answer that is of no use is charged for. */
  private noteFailed(failed: readonly Failed[]): void {
    const { root, run } = this.options;
    for (const { request, failure } of failed) this.reasons.set(request.custom_id, failure.message);
    const notes = failed.map(({ request, failure }) => ({
      ...failureLine(request.custom_id, failure),
      ...(failure.answered && { charged: estimateTokens(request) }),
    }));
    noteFailures(root, run, notes);
  }

  private record(lines: readonly { custom_id: string }[]): void {
    this.options.run.append(lines);
    for (const line of lines) this.recorded.set(line.custom_id, line);
  }

  private note(note: Note): void {
    appendRecords(this.notes, [note]);
  }
}

/** The note of a line that says of no request what became of it. */
const unreadable = (line: unknown): Reply => failureLine("", unexpected("a line with a custom_id", line));
