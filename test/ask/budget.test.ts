import { describe, expect, it } from "vitest";
import { createBudget, estimateTokens, pictureRequest, textRequest, tokensOfText } from "../../lib/ask/index";
import { createRandom } from "../../lib/random";

const price = { input: 1e6, output: 1e6 }; // a dollar per token, in and out
const tokens = (n: number) => ({ prompt: n, completion: 0 });
const settled = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => "granted"), new Promise((later) => setTimeout(later, 5, "waits"))]);

describe("createBudget", () => {
  it.each([Number.NaN, -1, "5", undefined, null])("refuses %j as a limit", (limit) =>
    expect(() => createBudget(limit as number)).toThrow(/the budget is .*: expected a number of USD from 0/),
  );
  it("refuses a price that is no number", () =>
    expect(() => createBudget(1).account("ask/a", { input: Number.NaN, output: 1 })).toThrow(/a price is NaN/));
  it.each([0, 12.5, Number.POSITIVE_INFINITY])("takes %d", (limit) => expect(createBudget(limit).spentUsd).toBe(0));

  it("waits for what is in flight, and is granted what that gives back", async () => {
    const account = createBudget(10).account("ask/a", price);
    const first = await account.reserve(tokens(8));
    const second = account.reserve(tokens(8));
    expect(await settled(second)).toBe("waits");
    first.settle(tokens(2));
    expect(await settled(second)).toBe("granted");
  });

  it("gives up where nothing is in flight that could give some back", async () => {
    const account = createBudget(10).account("ask/a", price);
    const first = await account.reserve(tokens(8));
    const second = account.reserve(tokens(8));
    first.settle(tokens(3));
    await expect(second).rejects.toThrow(
      /budget of \$10 would be passed: \$3\.0000 are spent, and the next request may cost \$8\.0000/,
    );
    expect(account.spentUsd).toBe(3);
  });

  it("counts what is settled once, and gives back the whole of what has failed", async () => {
    const account = createBudget(10).account("ask/a", price);
    const reservation = await account.reserve(tokens(10));
    reservation.settle();
    reservation.settle(tokens(5));
    expect(account.spentUsd).toBe(0);
    expect(account.tryReserve(tokens(10))).toBeDefined();
    expect(account.tryReserve(tokens(1))).toBeUndefined();
  });

  it("counts a run's records once, however often they are counted, and each run by itself", () => {
    const budget = createBudget(100);
    const [a, b] = [budget.account("ask/a", price), budget.account("ask/b", price)];
    a.restore([tokens(3), tokens(4)]);
    budget.account("ask/a", price).restore([tokens(3), tokens(4), tokens(5)]);
    b.tryReserve(tokens(9))!.settle(tokens(6));
    expect([a.spentUsd, b.spentUsd, budget.spentUsd]).toEqual([12, 6, 18]);
  });

  it("is shared by models of different prices", () => {
    const budget = createBudget(10);
    const [cheap, dear] = [budget.account("ask/a", price), budget.account("ask/b", { input: 3e6, output: 0 })];
    cheap.tryReserve(tokens(2))!.settle(tokens(2));
    dear.tryReserve(tokens(2))!.settle(tokens(2));
    expect([cheap.spentUsd, dear.spentUsd, budget.spentUsd]).toEqual([2, 6, 8]);
    expect(dear.tryReserve(tokens(1))).toBeUndefined();
    expect(cheap.tryReserve(tokens(2))).toBeDefined();
  });

  it("adds up decimals without refusing the last of them", async () => {
    const account = createBudget(0.3).account("ask/a", { input: 0.1e6, output: 0 });
    for (let i = 0; i < 3; i++) account.tryReserve(tokens(1))!.settle(tokens(1));
    expect(account.spentUsd).toBeCloseTo(0.3);
  });

  it("raises its estimates where one has proved too low", () => {
    const account = createBudget(100).account("ask/a", price);
    account.tryReserve(tokens(10))!.settle(tokens(30));
    expect(account.tryReserve(tokens(24))).toBeUndefined(); // 72 more, of 70
    expect(account.tryReserve(tokens(23))).toBeDefined();
  });

  it("spends at least 95 % and never more, with many in flight that cost far less than they may", async () => {
    const random = createRandom("budget");
    const budget = createBudget(1000);
    const account = budget.account("ask/a", price);
    const one = async (): Promise<boolean> => {
      const reservation = await account.reserve(tokens(50)).catch(() => undefined);
      await new Promise((later) => setTimeout(later, random.int(3)));
      reservation?.settle(tokens(1 + random.int(5)));
      expect(budget.spentUsd).toBeLessThanOrEqual(1000);
      return reservation !== undefined;
    };
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (await one());
      }),
    );
    expect(budget.spentUsd).toBeGreaterThanOrEqual(950);
  });

  it("no longer waits when it is stopped", async () => {
    const account = createBudget(10).account("ask/a", price);
    const [first, stop] = [await account.reserve(tokens(8)), new AbortController()];
    const waiting = account.reserve(tokens(8), stop.signal);
    stop.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
    first.settle();
    expect(account.tryReserve(tokens(10))).toBeDefined();
  });
});

describe("estimateTokens", () => {
  const decoding = { model: "m", max_tokens: 100, temperature: 0 };
  it("takes three bytes per token, and all that may be answered", () => {
    expect(estimateTokens(textRequest("a", "x".repeat(300), decoding))).toEqual({ prompt: 110, completion: 100 });
    expect(estimateTokens(textRequest("a", "火".repeat(100), decoding)).prompt).toBe(110);
  });
  it("counts a picture as 765 tokens", () => {
    const request = pictureRequest("a", { path: "1.png", sha256: "0" }, "x".repeat(300), decoding);
    expect(estimateTokens(request).prompt).toBe(875);
  });
  it("has a likely figure for English", () => expect(tokensOfText("x".repeat(300), "likely")).toBe(75));
});
