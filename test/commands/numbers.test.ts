import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { count, listOf, share, usd, wholeNumber } from "../../lib/commands/numbers";

/** What no number of the command line may be. */
const NEVER = [
  "",
  " ",
  "$5",
  "5USD",
  "1,50",
  "1 000",
  " 5",
  "5 ",
  "-1",
  "+1",
  "NaN",
  "Infinity",
  "1e999",
  "0x10",
  "0b1",
  "٣",
];
const parsers = {
  count: {
    parse: count,
    takes: ["1", "16", "007", "9007199254740991"],
    refuses: ["0", "1.0", "1e3", "9007199254740993"],
  },
  wholeNumber: { parse: wholeNumber, takes: ["0", "7"], refuses: ["0.5", "1e3", "9007199254740993"] },
  usd: { parse: usd, takes: ["0", "5", "0.50", ".5", "5.", "1e-3", "1E3"], refuses: [".", "e3", "1e", "1.2.3", "5€"] },
  share: { parse: share, takes: ["1", "0.7", "1e-3"], refuses: ["0", "1.0001", "2", "50%", "1e-999"] },
};

describe.each(Object.entries(parsers))("%s", (_, { parse, takes, refuses }) => {
  it.each(takes)("takes %j", (text) => expect(parse(text)).toBe(Number(text)));
  it.each([...NEVER, ...refuses])("refuses %j", (text) => expect(() => parse(text)).toThrow(/^Expected (a|an) .*\.$/));
});

it("lists several values, which replace the default", () => {
  const sizes = (...args: string[]) =>
    new Command()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .option("--sizes <n...>", "", listOf(count), [10, 20])
      .parse(args, { from: "user" })
      .opts().sizes;
  expect(sizes()).toEqual([10, 20]);
  expect(sizes("--sizes", "5")).toEqual([5]);
  expect(sizes("--sizes", "5", "6", "--sizes", "7")).toEqual([5, 6, 7]);
  expect(() => sizes("--sizes", "5", "5k")).toThrow(/--sizes <n\.\.\.>' argument '5k' is invalid\. Expected a whole/);
});
