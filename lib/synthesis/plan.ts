import { WovError } from "../errors";

/** What determines how many calls a source gets. */
export interface CallPlan {
  /** Samples wanted after screening. */
  wanted: number;
  /** Expected samples per call, before the first call. */
  perCall: number;
  /** Maximum number of calls. */
  maxCalls: number;
  /** Calls of a first, small round, which shows how much the source repeats itself before the rest is paid for. */
  trial?: number;
}

/** Plan slightly more calls than expected, so that no further round is needed for a few samples. */
const RESERVE = 1.03;

/**
 * Plans as many calls as can be known: the first round from the expected samples per call, each further round from the
 * samples of the calls so far. The same replies give the same rounds, so an interrupted run continues with the same
 * requests.
 *
 * @param accepted samples kept from the first n calls; undefined while one of them has no reply
 * @returns the calls of all rounds so far, and whether they are enough
 * @throws WovError if so few samples are kept that the limit on calls would be exceeded
 */
export function planCalls(
  { wanted, perCall, maxCalls, trial = Number.POSITIVE_INFINITY }: CallPlan,
  accepted: (calls: number) => number | undefined,
): { calls: number; enough: boolean } {
  let calls = Math.min(maxCalls, trial, Math.ceil(wanted / perCall));
  for (;;) {
    const got = accepted(calls);
    if (got === undefined) return { calls, enough: false };
    if (got >= wanted) return { calls, enough: true };
    const rate = Math.max(got, 1) / calls;
    const more = Math.max(1, Math.ceil(((wanted - got) / rate) * RESERVE));
    if (calls + more > maxCalls) {
      const needed = `${rate.toFixed(2)} per call: about ${calls + more} calls would be needed, and `;
      throw new WovError(
        `${calls} calls gave ${got} of ${wanted} samples, ${got > 0 ? needed : "and "}'max_calls' allows ${maxCalls}. Raise ` +
          "'max_calls' (--max-calls), or choose another source; one that repeats itself shows many duplicates",
      );
    }
    calls += more;
  }
}
