import { WovError } from "../errors";
import { type Price, usdOf } from "./price";
import type { Tokens } from "./tokens";

/** A sum in USD that is never passed, whatever is in flight. Several runs may share it. */
export interface Budget {
  /** Spent so far by all runs, by the tokens that replies report. */
  readonly spentUsd: number;
  /** What one run takes of it; a run has one account, however often it is asked for. */
  account(runId: string): Account;
}

/** What one run takes of a budget. */
export interface Account {
  readonly spentUsd: number;
  /** Counts what the run's records took, in place of what was counted of them before: each counts once. */
  restore(used: readonly Tokens[]): void;
  /** Sets aside what may be taken at the most; undefined where there is no room for it now. */
  tryReserve(estimate: Tokens): Reservation | undefined;
  /**
   * The same, but waits for room while something is in flight that may give some back.
   *
   * @throws WovError where there is no room although nothing is in flight
   */
  reserve(estimate: Tokens, signal?: AbortSignal): Promise<Reservation>;
}

/** A sum that is set aside. */
export interface Reservation {
  /** Gives it back, and counts what was really taken: nothing where it is left out. Later calls do nothing. */
  settle(used?: Tokens): void;
}

/**
 * @param limitUsd the most that may be spent; Infinity only counts
 * @throws WovError where the limit or a price is not a number from 0
 */
export function createBudget(price: Price, limitUsd: number): Budget {
  for (const [name, value] of Object.entries({ "the budget": limitUsd, "a price": price.input + price.output }))
    if (typeof value !== "number" || !(value >= 0))
      throw new WovError(`${name} is ${value}: expected a number of USD from 0, such as 12.50`, 2);
  const spentBy = new Map<string, number>();
  const waiting: (() => boolean)[] = [];
  let [spent, reserved, open] = [0, 0, 0];
  /** How far above its estimate any request has come; estimates are raised by as much. */
  let excess = 1;

  const spend = (runId: string, usd: number) => {
    spent += usd;
    spentBy.set(runId, (spentBy.get(runId) ?? 0) + usd);
  };
  const room = (usd: number) => spent + reserved + usd <= limitUsd * (1 + 1e-9); // sums of decimals are not exact

  function tryReserve(runId: string, estimate: Tokens): Reservation | undefined {
    const plain = usdOf(price, estimate);
    const usd = plain * excess;
    if (!room(usd)) return undefined;
    reserved += usd;
    open++;
    let settled = false;
    const settle = (used: Tokens = { prompt: 0, completion: 0 }) => {
      if (settled) return;
      settled = true;
      reserved = --open === 0 ? 0 : reserved - usd;
      if (plain > 0) excess = Math.max(excess, usdOf(price, used) / plain);
      spend(runId, usdOf(price, used));
      while (waiting[0]?.()) waiting.shift();
    };
    return { settle };
  }

  function reserve(runId: string, estimate: Tokens, signal?: AbortSignal): Promise<Reservation> {
    return new Promise((resolve, reject) => {
      /** Whether this request waits no longer. */
      const serve = (): boolean => {
        if (signal?.aborted) reject(signal.reason);
        else {
          const reservation = tryReserve(runId, estimate);
          if (reservation) resolve(reservation);
          else if (open > 0) return false;
          else reject(exhausted(usdOf(price, estimate) * excess));
        }
        return true;
      };
      if (waiting.length === 0 && serve()) return;
      waiting.push(serve);
      // Only the first of those that wait is looked at when something is settled; all are when they are stopped.
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  const exhausted = (usd: number) =>
    new WovError(
      `the budget of $${limitUsd} would be passed: $${spent.toFixed(4)} are spent, and the next request may cost ` +
        `$${usd.toFixed(4)}. What was answered is kept; a higher --budget goes on`,
    );

  return {
    get spentUsd() {
      return spent;
    },
    account: (runId) => ({
      get spentUsd() {
        return spentBy.get(runId) ?? 0;
      },
      restore: (used) =>
        spend(runId, used.reduce((sum, one) => sum + usdOf(price, one), 0) - (spentBy.get(runId) ?? 0)),
      tryReserve: (estimate) => tryReserve(runId, estimate),
      reserve: (estimate, signal) => reserve(runId, estimate, signal),
    }),
  };
}
