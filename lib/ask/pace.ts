/** Up to this share of the limit at which the endpoint last refused, growth is fast; beyond it, slow. */
const NEAR = 0.9;

/**
 * How many requests may be in flight at once: fewer when an endpoint is busy, more as it answers. Additive increase,
 * multiplicative decrease, as TCP does it, with a memory of where it last was too much (the idea of CUBIC, RFC 9438):
 * the limit halves once for all requests that were in flight when it halved, comes back fast to near where it was,
 * and then feels its way.
 *
 * @param most the limit to start with, never exceeded
 */
export function createPace(most: number) {
  let limit = most;
  let tooMuch = Number.POSITIVE_INFINITY;
  let halvedAt = Number.NEGATIVE_INFINITY;
  return {
    get limit() {
      return Math.max(1, Math.floor(limit));
    },
    /** A request was answered. */
    answered() {
      const step = limit < NEAR * tooMuch ? 1 : 1 / (2 * limit);
      limit = Math.min(most, limit + step);
    },
    /** A request that was sent at `sentAt` (of `performance.now()`) was refused, because the endpoint is busy. */
    refused(sentAt: number) {
      if (sentAt < halvedAt) return;
      tooMuch = limit;
      limit = Math.max(1, limit / 2);
      halvedAt = performance.now();
    },
  };
}
