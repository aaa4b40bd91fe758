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

it.each(["answer ", "A ", "*", "(", "B or ", "\n", "<answer>", "<think>", "the answer is not ", "A, ", "(A ", "答案"])(
  "reads a megabyte of %j in no time",
  (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    const times = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage(); // not the clock: the machine may be busy
      readStrict(text, options);
      return process.cpuUsage(before).user / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  },
);

it("reads the two ends of a long reply, and no letter that is only half of a word that was cut", () => {
  const [head, middle] = [`${" ".repeat(4985)}The answer is B`, " ".repeat(5000)];
  expect(head).toHaveLength(5000);
  expect(readStrict(`${head}en's.${middle}`, options)).toBeNull();
  expect(readStrict(`${middle}en's\nB${" ".repeat(4998)}`, options)).toBe("B");
  expect(readStrict(`${middle}WEB${" ".repeat(4999)}`, options)).toBeNull();
});

it("finds the end of long reasoning", () => {
  const reasoning = "Perhaps the answer is A. ".repeat(2000);
  expect(readStrict(`<think>${reasoning}</think>B`, options)).toBe("B");
  expect(readStrict(`<think>${reasoning}`, options)).toBeNull();
});

it("reads the end of a long reply", () => {
  expect(readStrict(`${"He is far out. ".repeat(100_000)}\nThe answer is B.`, options)).toBe("B");
});
