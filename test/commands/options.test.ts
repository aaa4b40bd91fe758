import { readdirSync } from "node:fs";
import { Command, InvalidArgumentError, type Option } from "commander";
import { beforeAll, describe, expect, it } from "vitest";

/** Options that mean another thing in another command. */
const OWN_WORDING = ["--to", "--scorer", "--plan", "--out", "--predictions"];

const found: { command: string; option: Option }[] = [];

beforeAll(async () => {
  for (const name of readdirSync("lib/commands").map((file) => file.replace(".ts", ""))) {
    const { define } = await import(`../../lib/commands/${name}.ts`);
    if (!define) continue;
    const command = new Command(name);
    define(command);
    const all = [command, ...command.commands].flatMap(({ options }) => options);
    found.push(...all.map((option) => ({ command: name, option })));
  }
});

describe("options", () => {
  it("that take a number refuse what is none", () => {
    // --price takes two numbers, which are checked together (see endpoint.test.ts).
    const numeric = found.filter(({ option }) => /<(n|usd|share|similarity|cosine)(\.\.\.)?>/.test(option.flags));
    for (const { command, option } of numeric)
      for (const text of ["", "$5", "5USD", "1,50", "NaN", "Infinity", "1e999", "0x10", "-1"])
        expect(() => option.parseArg?.(text, undefined), `${command} ${option.long} '${text}'`).toThrow(
          InvalidArgumentError,
        );
  });

  it("of one name have one wording", () => {
    const wordings = new Map<string, Set<string>>();
    for (const { option } of found)
      wordings.set(
        option.long!,
        (wordings.get(option.long!) ?? new Set()).add(`${option.flags}: ${option.description}`),
      );
    const several = [...wordings].filter(([name, all]) => all.size > 1 && !OWN_WORDING.includes(name));
    expect(found.length).toBeGreaterThan(5);
    expect(several).toEqual([]);
  });
});
