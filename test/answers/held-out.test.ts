import { describe, expect, it } from "vitest";
import { readStrict } from "../../lib/answers/index";
import { fireOptions, heldOutReplies } from "./held-out-replies";
import { busOptions, lateReplies } from "./late-replies";

/** Choices that a person reads at once, and the reader does not: ordinals, verdicts, adjectives that it does not know. */
const NOT_READ = [
  "The first option is best.",
  "Put a lid on it, turn off the stove (A).",
  "A: appropriate\nB: dangerous\nC: dangerous\nD: premature\nE: wrong",
  "A ✅\nB ❌\nC ❌\nD ❌\nE ❌",
  "Based on the visual evidence, A is the most considerate response.",
  "Only A addresses her need.",
  "A would be the kindest thing to do.",
  "D is rude, B is indifferent, C is excessive: A.",
  "option a is best",
];

describe.each([
  { table: "before the reader was looked at", replies: heldOutReplies, options: fireOptions },
  { table: "after the reader", replies: lateReplies, options: busOptions },
])("replies written $table", ({ replies, options }) => {
  it.each(replies)("%j is read as %j, if at all", (reply, read) =>
    expect(readStrict(reply, options)).toBe(NOT_READ.includes(reply) ? null : read),
  );
});

it("few of the replies in which a person reads a choice are not read", () => {
  const stated = [...heldOutReplies, ...lateReplies].filter(([, read]) => read !== null).map(([reply]) => reply);
  expect(NOT_READ.length / stated.length).toBeLessThan(0.05);
  for (const reply of NOT_READ) expect(stated).toContain(reply);
});
