import { expect, it } from "vitest";
import { scoreReplies } from "../../lib/answers/index";
import { options } from "./replies";

const items = ["A", "B", "C"].map((gold, index) => ({ index, gold, options, image: "", category: "", situation: "" }));

it("counts right, wrong and unparsed replies, and gives the letters in the items' order", () => {
  const replies = ["A", "The answer is C.", "I'm sorry, I can't say."];
  expect(scoreReplies(items, (item) => replies[item.index]!)).toEqual({
    items: 3,
    correct: 1,
    unparsed: 1,
    letters: ["A", "C", null],
  });
});

it("reads the same letter whatever the gold letter is", () => {
  const read = (gold: string) => scoreReplies([{ ...items[0]!, gold }], () => "B").letters;
  expect(["A", "B", "C", "D", "E"].map(read)).toEqual(Array(5).fill(["B"]));
});
