import { basename } from "node:path";
import { NUMBERS, type Numbers } from "../print/index";

/** What `wov figures` writes into each of its files: where the numbers come from, and the command that writes them again. */
export const originOf = (profile: string, numbers: Numbers, evidence: string): string =>
  `words-over-vision, profile ${basename(profile)}, numbers: ${numbers}. ` +
  `Written by: npx wov figures --profile ${basename(profile)} --numbers ${numbers} --out DIR. ${evidence}`;

/** The profile and the kind of numbers that a file of `wov figures` names; undefined if it is of another kind. */
export function readOrigin(content: Buffer): { profile: string; numbers: Numbers } | undefined {
  const [, profile, numbers] =
    /words-over-vision, profile ([^\s,]+), numbers: (\w+)\./.exec(content.toString("latin1")) ?? [];
  const known = NUMBERS.find((one) => one === numbers);
  return profile !== undefined && known ? { profile, numbers: known } : undefined;
}
