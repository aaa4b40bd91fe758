import { WovError } from "../errors";

/** How many calls a source may need for the samples that are wanted. */
export interface CallPlan {
  /** Samples that must be left after screening. */
  wanted: number;
  /** Samples that one call is expected to leave, before any is asked. */
  perCall: number;
  /** After this many calls it is given up. */
  maxCalls: number;
  /** Calls of a first round that shows what the source is worth, before the rest is paid for. */
  trial?: number;
}

/** Asked in reserve, so that the last round is not followed by one for a handful of samples. */
const RESERVE = 1.03;

/**
 * How many calls there are to be, as far as that can be told: the first round by what a call is expected to
 * leave, each further one by what the calls so far have left. The same replies give the same rounds, so that a
 * run which was cut off asks what it would have asked.
 *
 * @param accepted samples that the first n calls leave; undefined while one of them has no reply
 * @returns the calls of all rounds so far, and whether they are enough
 * @throws WovError where so little is left of what is written that the limit on calls would be passed
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
        `${calls} calls left ${got} of ${wanted} samples, ${rate.toFixed(2)} a call: about ${calls + more} calls would ` +
          `be needed, and 'max_calls' allows ${maxCalls}. Look at what was rejected and why; a source that repeats ` +
          "itself shows many duplicates. Raise 'max_calls', or choose another source",
      );
    calls += more;
  }
}
