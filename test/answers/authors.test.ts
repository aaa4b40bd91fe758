import { describe, expect, it } from "vitest";
import { scorers } from "../../lib/answers/index";
import { createRandom } from "../../lib/random";
import { options } from "./replies";

/** Replies, and what each of the authors' scorers reads in them; null where they would ask a judge. */
const replies: [reply: string, viva: string | null, praxis: string | null][] = [
  ["B", "B", "B"],
  ["B.", "B", "B"],
  ["B. Throw the life ring to him.", "B", "B"],
  ["B Throw the life ring to him.", "B", null],
  ["(B)", "B", "B"],
  ["**B**", "B", "B"],
  ["b", null, null],
  ["B) Throw the life ring to him.", null, "B"],
  ["Option D", null, "D"],
  ["The answer is B.", null, "B"],
  ["The answer is **B**", null, "B"],
  ["<think>Is it A? No.</think><answer>C</answer>", null, "C"],
  ["A. is risky. The final answer: C.", "A", "C"],
  ["C. or D.", "C", "D"],
  ["I'm sorry, but I can't assist with this request.", "D", null],
  ["Z", "Z", "Z"],
  ["Throw the life ring to him.", null, null],
  ["", null, null],
  ["17", null, null],
];

describe("the authors' scorers, as rebuilt", () => {
  it.each(replies)("read %j as %j (VIVA) and %j (Praxis-VLM)", (reply, viva, praxis) => {
    expect([scorers.viva(reply), scorers.praxis(reply)]).toEqual([viva, praxis]);
  });
});

describe.each(["strict", "viva", "praxis"] as const)("the scorer %s", (name) => {
  const letters = options.map(({ letter }) => letter);
  const pieces = [
    ..."ABCXYZ.:)(*\n $&\\|#",
    "answer",
    "Answer: ",
    "option ",
    "<answer>",
    "</answer>",
    "</think>",
    "\0",
    "\ud800",
    "名前",
    "الجواب ",
    "😀",
    '{"answer": ',
    "[[",
    "> ",
    "```\n",
    `${options.map(({ letter, text }) => `${letter}. ${text}`).join("\n")}\n`,
  ];

  it("survives 10,000 malformed replies, and reads a capital or nothing", { timeout: 30_000 }, () => {
    const random = createRandom("malformed", name);
    for (let i = 0; i < 10_000; i++) {
      const reply =
        i % 10 === 0
          ? String.fromCharCode(...Array.from({ length: random.int(300) }, () => random.int(65536)))
          : Array.from({ length: random.int(80) }, () => random.pick(pieces)).join("");
      const read = scorers[name](reply, options);
      if (read !== null) expect(name === "strict" ? letters : [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"]).toContain(read);
    }
  });
});

it("strict reads no choice in an echo of the prompt that lists all options", () => {
  const echo = options.map(({ letter, text }) => `${letter}. ${text}`).join("\n");
  expect(scorers.strict(echo, options)).toBeNull();
  expect(scorers.strict(`Just output the choice:\n${echo}`, options)).toBeNull();
});
