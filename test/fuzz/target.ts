import { isDeepStrictEqual } from "node:util";
import type { WovError } from "../../lib/errors";
import type { Random } from "../../lib/random";

/** A reader under test. */
export interface Target {
  name: string;
  /** Its share of all inputs. */
  weight: number;
  /** Makes an input at random. */
  make(random: Random): Input;
}

/** An input, and what has to be true when it is read. */
export interface Input {
  /** As text, to be shown where it fails. */
  text: string;
  /** Reads it, the part that must be quick. What it throws is the reader's fault, except a WovError. */
  read(): unknown;
  /** Checks the result, or the WovError. @throws Fault */
  check(result: unknown, error: WovError | undefined): void;
}

/** Something that must not happen. */
export class Fault extends Error {}

/** @throws Fault */
export function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Fault(what);
}

/** @throws Fault that shows both */
export function demandEqual(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, expected))
    throw new Fault(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

/** @throws Fault unless an error's message names a file, and the place in it */
export function demandPlace(error: WovError, file: string, place: RegExp): void {
  demand(error.message.includes(file), `the message does not name the file: ${error.message.slice(0, 300)}`);
  demand(place.test(error.message), `the message does not name the place: ${error.message.slice(0, 300)}`);
}
