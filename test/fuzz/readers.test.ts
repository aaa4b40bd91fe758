import { expect, it } from "vitest";
import { WovError } from "../../lib/errors";
import { describe, fuzz, tryInput } from "./fuzz";
import { demand, type Input, type Target } from "./target";

it("5,000 inputs at random give results or errors with a place, within 100 ms, and no wrong letter", async () => {
  const seed = "ci";
  const failures = await fuzz(seed, 5000);
  expect(failures.slice(0, 10).map((failure) => describe(seed, failure))).toEqual([]);
}, 180_000);

/** Takes so much of the CPU's time; it looks at the time seldom, since that takes time as well. */
function busyFor(ms: number): void {
  const { user } = process.cpuUsage();
  for (let i = 1; i % 1e6 !== 0 || process.cpuUsage().user - user < 1000 * ms; i++);
}

it.each<[string, Partial<Input>, string | undefined]>([
  ["a result", {}, undefined],
  [
    "an error for the user",
    {
      read: () => {
        throw new WovError("line 3");
      },
    },
    undefined,
  ],
  [
    "another error",
    {
      read: () => {
        throw new TypeError("no");
      },
    },
    "threw TypeError: no",
  ],
  ["a promise that fails", { read: () => Promise.reject(new RangeError("late")) }, "threw RangeError: late"],
  ["a reader that is slow each time", { read: () => busyFor(150) }, "took "],
  ["a result that must not be", { check: () => demand(false, "B instead of A") }, "B instead of A"],
])("a failure is seen: %s", async (_, given, what) => {
  const input: Input = { text: "x", read: () => "A", check: () => {}, ...given };
  const target: Target = { name: "made up", weight: 1, make: () => input };
  const failure = await tryInput("s", target, 0);
  expect(failure?.what.slice(0, what?.length)).toBe(what);
});
