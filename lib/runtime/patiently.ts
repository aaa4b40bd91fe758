import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError } from "./shell";

/** A lost connection is tried again for this long. The jobs go on meanwhile. */
const RECONNECT_MS = 10 * 60_000;

/** Tries again while a machine cannot be reached: the connection may come back. */
export async function patiently<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + RECONNECT_MS;
  for (let wait = 1000; ; wait = Math.min(2 * wait, 60_000)) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConnectionError) || Date.now() > until) throw error;
    }
    await sleep(wait, undefined, { signal });
  }
}
