import { InvalidArgumentError } from "commander";

/**
 * Parsers for numbers on the command line. commander calls them before any action starts. A refused value ends with
 * exit code 2 and a message that names the option, the value and what was expected.
 */
type Parser = (text: string) => number;

const WHOLE = /^\d+$/;
const DECIMAL = /^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** `Number` alone would accept "", " 1 ", "0x10" and "1e999"; a budget of NaN would be no limit. */
function parser(form: RegExp, accepts: (value: number) => boolean, expected: string): Parser {
  return (text) => {
    const value = form.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value) && accepts(value)) return value;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** A whole number, 1 or more. */
export const count = parser(WHOLE, (n) => n >= 1 && Number.isSafeInteger(n), "a whole number, 1 or more");

/** A whole number, 0 or more. */
export const wholeNumber = parser(WHOLE, Number.isSafeInteger, "a whole number, 0 or more");

/** An amount in US dollars, without a sign or a unit. */
export const usd = parser(DECIMAL, () => true, "an amount in US dollars such as 5 or 0.50");

/** A share or a similarity: above 0, at most 1. */
export const share = parser(DECIMAL, (n) => n > 0 && n <= 1, "a number above 0 and at most 1");

/** Samples per call: above 0, at most the five that a call asks for. */
export const perCall = parser(DECIMAL, (n) => n > 0 && n <= 5, "a number above 0 and at most 5");

/** For an option that takes several values: the first one given replaces the default. */
export function listOf(parse: Parser): (text: string) => number[] {
  const values: number[] = [];
  return (text) => {
    values.push(parse(text));
    return values;
  };
}
