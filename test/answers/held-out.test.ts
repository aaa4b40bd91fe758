import { expect, it } from "vitest";
import { readStrict } from "../../lib/answers/index";
import { fireOptions, heldOutReplies } from "./held-out-replies";

/** What a person reads at once, and the reader does not: ordinals, a letter that only follows a text, and verdicts. */
const NOT_READ = [
  "The first option is best.",
  "Put a lid on it, turn off the stove (A).",
  "A: appropriate\nB: dangerous\nC: dangerous\nD: premature\nE: wrong",
  "A ✅\nB ❌\nC ❌\nD ❌\nE ❌",
];

it.each(heldOutReplies)("%j, written before the reader was looked at, is read as %j, if at all", (reply, read) =>
  expect(readStrict(reply, fireOptions)).toBe(NOT_READ.includes(reply) ? null : read),
);

it("few of the replies in which a person reads a choice are not read", () => {
  const stated = heldOutReplies.filter(([, read]) => read !== null);
  expect(NOT_READ.length / stated.length).toBeLessThan(0.05);
  for (const reply of NOT_READ) expect(stated.map(([one]) => one)).toContain(reply);
});
