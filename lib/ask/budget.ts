import { EventEmitter, once } from "node:events";
import PQueue from "p-queue";
import { WovError } from "../errors";
import { type Price, usdOf } from "./price";
import type { Tokens } from "./tokens";

export type Budget = ReturnType<typeof createBudget>;
/** What one run takes of a budget. */
export type Account = ReturnType<Budget["account"]>;

/** A sum that is set aside. */
export interface Reservation {
  /** Gives it back, and counts what was really taken: nothing where it is left out. Later calls do nothing. */
  settle(used?: Tokens): void;
}

/**
 * A sum in USD that is never passed, whatever is in flight. Runs of models with different prices may share it.
 *
 * @param limitUsd the most that may be spent; Infinity only counts
 * @throws WovError where the limit or a price is not a number from 0
 */
export function createBudget(limitUsd: number) {
  demandUsd("the budget", limitUsd);
  const spentBy = new Map<string, number>();
  const settlements = new EventEmitter();
  const turns = new PQueue({ concurrency: 1 }); // of those that wait for room, one looks at a time
  let [spent, reserved, open] = [0, 0, 0];
  /** By run, how far above its estimate any request has come; estimates are raised by as much. */
  const excesses = new Map<string, number>();

  const passed = (nextUsd: number) =>
    new WovError(
      `the budget of $${limitUsd} would be passed: $${spent.toFixed(4)} are spent, and the next request may cost ` +
        `$${nextUsd.toFixed(4)}. What was answered is kept; a higher --budget goes on`,
    );

  /** What one run takes of the budget, at its model's price; a run is counted once, however often it is asked for. */
  function account(runId: string, price: Price) {
    demandUsd("a price", price.input + price.output);
    const excess = () => excesses.get(runId) ?? 1;
    const spentUsd = () => spentBy.get(runId) ?? 0;
    const spend = (usd: number) => {
      spent += usd;
      spentBy.set(runId, spentUsd() + usd);
    };

    const restoreUsd = (usd: number) => spend(usd - spentUsd());

    /** Sets aside what may be taken at the most; undefined where there is no room for it now. */
    function tryReserve(estimate: Tokens): Reservation | undefined {
      const plain = usdOf(price, estimate);
      const usd = plain * excess();
      if (spent + reserved + usd > limitUsd * (1 + 1e-9)) return undefined; // sums of decimals are not exact
      reserved += usd;
      open++;
      let settled = false;
      const settle = (used: Tokens = { prompt: 0, completion: 0 }) => {
        if (settled) return;
        settled = true;
        reserved = --open === 0 ? 0 : reserved - usd;
        if (plain > 0) excesses.set(runId, Math.max(excess(), usdOf(price, used) / plain));
        spend(usdOf(price, used));
        settlements.emit("settled");
      };
      return { settle };
    }

    /**
     * The same, but waits for room while something is in flight that may give some back.
     *
     * @throws WovError where there is no room although nothing is in flight
     */
    const reserve = (estimate: Tokens, signal?: AbortSignal): Promise<Reservation> =>
      turns.add(async () => {
        for (;;) {
          signal?.throwIfAborted();
          const reservation = tryReserve(estimate);
          if (reservation) return reservation;
          if (open === 0) throw passed(usdOf(price, estimate) * excess());
          await once(settlements, "settled", { signal }).catch(() => {}); // rejected only where the signal is aborted
        }
      });

    /**
     * Counts what was taken beside a reservation.
     *
     * @throws WovError where there is no room for what is reserved any more
     */
    function charge(used: Tokens): void {
      spend(usdOf(price, used));
      if (spent + reserved > limitUsd * (1 + 1e-9)) throw passed(usdOf(price, used));
    }

    return {
      get spentUsd() {
        return spentUsd();
      },
      charge,
      /** Counts what the run's records took, in place of what was counted of them before: each counts once. */
      restore: (used: readonly Tokens[]) => restoreUsd(used.reduce((sum, one) => sum + usdOf(price, one), 0)),
      /** The same, where what it took in USD is on record. */
      restoreUsd,
      tryReserve,
      reserve,
    };
  }

  return {
    /** Spent so far by all runs, by the tokens that replies report. */
    get spentUsd() {
      return spent;
    },
    account,
  };
}

function demandUsd(name: string, value: unknown): void {
  if (typeof value !== "number" || !(value >= 0))
    throw new WovError(`${name} is ${value}: expected a number of USD from 0, such as 12.50`, 2);
}
