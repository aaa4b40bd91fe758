import { expect, it } from "vitest";
import { readStrict } from "../../lib/answers/index";
import { createRandom } from "../../lib/random";
import { options, replies } from "./replies";

it.each(replies)("%j is read as %j", (reply, read) => expect(readStrict(reply, options)).toBe(read));

it("does not read a letter that the item lacks", () => {
  const withoutB = options.filter((o) => o.letter !== "B");
  expect(readStrict("B", withoutB)).toBeNull();
  expect(readStrict("D", withoutB)).toBe("D");
});

it("does not decide between two options of the same text", () => {
  const twins = [...options.slice(0, 4), { letter: "E", text: options[0]!.text }];
  expect(readStrict("Dive into the water at once to rescue him.", twins)).toBeNull();
});

it("survives 2,000 replies of any kind, and reads only letters that the item has", () => {
  const random = createRandom("malformed replies");
  const pieces = [
    ..."ABCXYZ.:)(*\n $",
    "answer",
    "Answer: ",
    "option ",
    "<answer>",
    "</answer>",
    "</think>",
    "\0",
    "名",
    "😀",
    '{"',
  ];
  for (let i = 0; i < 2000; i++) {
    const reply = Array.from({ length: random.int(60) }, () => random.pick(pieces)).join("");
    expect([null, ...options.map((o) => o.letter)]).toContain(readStrict(reply, options));
  }
});

it.each(["answer ", "A ", "*", "(", "B or ", "\n", "<answer>", "the answer is not "])(
  "reads a megabyte of %j in no time",
  (piece) => {
    const before = performance.now();
    readStrict(piece.repeat(1_000_000 / piece.length), options);
    expect(performance.now() - before).toBeLessThan(500);
  },
);

it("reads the end of a long reply", () => {
  expect(readStrict(`${"He is far out. ".repeat(100_000)}\nThe answer is B.`, options)).toBe("B");
});
