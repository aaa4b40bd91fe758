import { WovError } from "../errors";

/** What decides how many calls a source gets. */
export interface CallPlan {
  /** Samples wanted after screening. */
  wanted: number;
  /** Samples that one call is expected to leave, before the first call. */
  perCall: number;
  /** Give up after this many calls. */
  maxCalls: number;
  /** Calls of a first, small round, which shows how much the source repeats itself before the rest is paid for. */
  trial?: number;
}

/** Ask for a little more than expected, so that no further round is needed for a handful of samples. */
const RESERVE = 1.03;

/**
 * Plans the calls so far as they can be known: the first round by what a call is expected to leave, each further
 * round by what the calls so far have left. The same replies give the same rounds, so an interrupted run continues
 * with the same requests.
 *
 * @param accepted samples that the first n calls leave; undefined while one of them has no reply
 * @returns the calls of all rounds so far, and whether they are enough
 * @throws WovError where so few samples are left that the limit on calls would be passed
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
    if (calls + more > maxCalls)
      throw new WovError(
        `${calls} calls left ${got} of ${wanted} samples, ${rate.toFixed(2)} per call: about ${calls + more} calls would ` +
          `be needed, and 'max_calls' allows ${maxCalls}. Look at what was rejected and why; a source that repeats ` +
          "itself shows many duplicates. Raise 'max_calls', or choose another source",
      );
    calls += more;
  }
}
