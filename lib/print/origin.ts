import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { FORMATS, type Format, NUMBERS, type Numbers } from "./choices";

/** What `wov figures` was asked for, except for the folder. */
export interface Origin {
  /** As given: a name or a file. */
  profile: string;
  numbers: Numbers;
  /** Absent if not given: all. */
  formats?: readonly Format[];
}

/** The file that holds the origin of a folder's CSV files, which have no room for it. */
export const ORIGIN_FILE = "origin.txt";

/** What each file of `wov figures` says: where the numbers come from, and the command that writes them again. */
export function originOf({ profile, numbers, formats }: Origin, evidence: string): string {
  const format = formats ? ` --format ${formats.join(" ")}` : "";
  return (
    `words-over-vision, profile ${profile}, numbers: ${numbers}. ` +
    `Written by: npx wov figures --profile ${quoted(profile)} --numbers ${numbers}${format} --out DIR. ${evidence}`
  );
}

/** As a shell reads it as one word. */
const quoted = (word: string) => (/^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** What a text of `wov figures` says that was asked for; undefined if it is none. */
export function readOrigin(content: Buffer | string): Origin | undefined {
  const [, profile, numbers, format] =
    /words-over-vision, profile (.+?), numbers: (\w+)\. Written by: .+? --numbers \w+(?: --format ([a-z ]+?))? --out DIR\./.exec(
      content.toString("utf8"),
    ) ?? [];
  const known = NUMBERS.find((one) => one === numbers);
  if (profile === undefined || !known) return undefined;
  const formats = format?.split(" ").flatMap((word) => FORMATS.find((one) => one === word) ?? []);
  return { profile, numbers: known, ...(formats ? { formats } : {}) };
}

/** What a file of `wov figures` was written for; undefined if it is another's, such as the report's. */
export function originOfFile(file: string): Origin | undefined {
  const beside = join(dirname(file), ORIGIN_FILE);
  if (!file.endsWith(".csv")) return readOrigin(readFileSync(file));
  return existsSync(beside) ? readOrigin(readFileSync(beside)) : undefined;
}
