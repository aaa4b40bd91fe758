import { describe, expect, it } from "vitest";
import { readStrict, scorers } from "../../lib/answers/index";
import { options } from "./replies";

describe("a reply at the edge of a rule", () => {
  it.each([
    // Clauses, remarks and headings.
    ["The best choice as I see it is B.", "B"],
    ["The answer is B (for C is too slow).", "B"],
    ["The answer is B (throw the ring).", "B"],
    ["The answer is B (or, if it is far, C).", null],
    ["The answer is B, C:", null],
    ["Considering A, result = B", "B"],
    ["B, risky", null],
    ["The rope is good with B.", null],
    ["The answer is C. On reflection:\nB: the ring floats.", "B"],
    ["A\nIt is risky to swim.\nB\nThe ring floats well.\nThe answer is C.", "C"],
    ["A\nIt is risky to swim.\nB\nThe ring floats well.\nC", null],
    // Denials and what is set against the choice.
    ["Over all the answer is B.", "B"],
    ["No – the answer is B.", "B"],
    ["The answer is not (B)", null],
    ["B is also a choice.", null],
    ["B would be | the best", null],
    ["The worst is the least", null],
    // Letters alone, and tags.
    ["It's B. He can hold the ring.", "B"],
    ["B →", "B"],
    ["So B →", "B"],
    ["B<br />", "B"],
    // An option's text.
    ['Throw the "life ring" to him.', "B"],
    ["B, take no action.", null],
  ])("%j is read as %j", (reply, read) => expect(readStrict(reply, options)).toBe(read));
});

const item = (...texts: string[]) => texts.map((text, i) => ({ letter: "ABCDEFGHI"[i]!, text }));

it.each([
  [item("Wait.", "Call him."), "Wait!", "A"],
  [item("Wait.", "Call him."), "He should wait for help.", null],
  [item("Wait.", "Call him."), "The best choice is to wait for help.", null],
  [item("Wait.", "Call him."), "Please call him now.", null],
  [item("Wait.", "Call him."), "call him", "B"],
  [item("Call for help.", "Call for help at once.", "Call."), "Call for help at once.", "B"],
  [item("Call for help at once.", "Call for help.", "Call."), "Call for help.", "B"],
])("of %j the reply %j is read as %j", (of, reply, read) => expect(readStrict(reply, of)).toBe(read));

it("reads I as a letter where the item has it, and as a word before other words", () => {
  const nine = item(..."abcdefghi".split("").map((word) => `Do ${word}${word} at once.`));
  const read = (reply: string) => readStrict(reply, nine);
  expect(["I", "The answer is I.", "I think so."].map(read)).toEqual(["I", "I", null]);
  expect(readStrict("I", options)).toBeNull();
});

describe("Praxis-VLM's scorer, as rebuilt", () => {
  it.each(["answer", "choice", "choose", "select", "option", "correct", "final", "best"])(
    "prefers a letter that %j precedes within 40 signs",
    (word) => {
      const far = "x".repeat(40);
      expect(scorers.praxis(`The ${word}: B. ${far} C.`)).toBe("B");
      expect(scorers.praxis(`The sunny: B. ${far} C.`)).toBe("C");
      expect(scorers.praxis(`The ${word} ${far} B. ${far} C.`)).toBe("C");
    },
  );

  it("reads what stands in the tag, without the blanks around it", () =>
    expect(scorers.praxis("A. <answer> \nB\n </answer>")).toBe("B"));
});

it.each([
  ["I'm sorry, I cannot assist with this request.", "D"],
  ["I'm sorry, I cannot see him.", null],
  ["We cannot assist with this request.", null],
])("VIVA's scorer, as rebuilt, reads %j as %j", (reply, read) => expect(scorers.viva(reply)).toBe(read));
