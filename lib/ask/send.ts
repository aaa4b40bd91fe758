import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import type { Connection } from "./endpoint";
import { type Failure, isBusy, toFailure } from "./failure";
import { createPace } from "./pace";

/** Times that a request is sent again after a failure that is retryable; a busy endpoint is asked for longer. */
const RETRIES = 6;
/** How long an endpoint may refuse all requests because it is busy, in milliseconds, before it is given up. */
const MAX_BUSY_MS = 300_000;
const MAX_BACKOFF_MS = 20_000;
/** Pauses from this length on are told of, in milliseconds. */
const NOTED_PAUSE_MS = 3000;
/** Requests that wait for their next try do not count as in flight: so many times more are taken up. */
const QUEUE_FACTOR = 4;

/** Sends to one endpoint: no more at once than it bears, and again what may succeed later. */
export function createSender({ endpoint, signal: stopped, onNotice }: Connection) {
  const pace = createPace(endpoint.concurrency);
  const queue = new PQueue({ concurrency: pace.limit });
  const failed = new AbortController();
  const closing = stopped ? AbortSignal.any([stopped, failed.signal]) : failed.signal;
  setMaxListeners(0, closing, ...(stopped ? [stopped] : [])); // each request in flight listens to them
  let answeredAt = performance.now();
  const notePause = pauseNotes(onNotice);

  async function once<T>(attempt: () => Promise<T>): Promise<T> {
    closing.throwIfAborted();
    const sentAt = performance.now();
    try {
      const answer = await attempt();
      pace.answered();
      answeredAt = performance.now();
      return answer;
    } catch (error) {
      stopped?.throwIfAborted();
      const failure = toFailure(error, endpoint);
      if (isBusy(failure)) pace.refused(sentAt);
      throw failure;
    } finally {
      queue.concurrency = pace.limit;
    }
  }

  /** Attempts until one is answered or has failed for good. While it waits, others take its place. @throws Failure */
  async function send<T>(attempt: () => Promise<T>): Promise<T> {
    for (let [tries, refusals] = [0, 0]; ; ) {
      try {
        return await queue.add(() => once(attempt));
      } catch (error) {
        const failure = error as Failure;
        const busy = isBusy(failure);
        const last = busy ? performance.now() - answeredAt > MAX_BUSY_MS : ++tries > RETRIES;
        if (!failure.retryable || last) throw failure;
        const backoff = busy ? 50 * 2 ** ++refusals : 50 * 2 ** tries * (1 + Math.random());
        const wait = failure.retryAfterMs ?? Math.min(MAX_BACKOFF_MS, backoff);
        notePause(wait, failure);
        await sleep(wait, undefined, { signal: closing });
      }
    }
  }

  /** Works on all in turn. After the first error nothing more is sent; what is in flight is waited for. */
  async function each<T>(all: readonly T[], work: (one: T, place: number) => Promise<void>): Promise<void> {
    let next = 0;
    const worker = async () => {
      while (next < all.length && !closing.aborted) {
        const place = next++;
        await work(all[place]!, place).catch((error) => failed.abort(error)); // the first error is the one that counts
      }
    };
    await Promise.all(Array.from({ length: Math.min(QUEUE_FACTOR * endpoint.concurrency, all.length) }, worker));
    closing.throwIfAborted();
  }

  /** Sends nothing more, because of an error that concerns all requests. */
  const stop = (error: unknown) => failed.abort(error);

  /** `closing` is aborted once nothing more is sent: the caller has stopped it, or something has failed. */
  return { closing, stop, send, each };
}

/** Tells of waits that a person would wonder about; of several at the same time, of those that end later. */
function pauseNotes(onNotice: Connection["onNotice"]) {
  let until = 0;
  return (ms: number, { message }: Failure): void => {
    const end = Date.now() + ms;
    if (ms < NOTED_PAUSE_MS || end < until + NOTED_PAUSE_MS) return;
    until = end;
    onNotice?.(`waiting for ${Math.round(ms / 1000)} s, until ${new Date(end).toISOString()}: ${message}`);
  };
}
