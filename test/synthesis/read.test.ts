import { describe, expect, it } from "vitest";
import { seedQuestions } from "../../lib/pocket/index";
import { renderQuestions } from "../../lib/prompts/index";
import { createRandom } from "../../lib/random";
import { readSamples } from "../../lib/synthesis/index";

const [one, two] = seedQuestions() as [ReturnType<typeof seedQuestions>[0], ReturnType<typeof seedQuestions>[0]];
const read = (reply: string) => readSamples(reply, "s", "c");
const reasons = (reply: string) => read(reply).rejected.map(({ reason }) => reason);
const situations = (reply: string) => read(reply).samples.map(({ situation }) => situation);
const both = renderQuestions([one, two]);
const json = JSON.stringify;
const plain = {
  situation: "A boy has fallen.",
  question: "What first?",
  options: ["A. Help him.", "B. Walk on."],
  answer: "A",
  rationale: "He is hurt.",
};

describe("a reply's questions are read", () => {
  it("as they should be written, with ids of their call and place", () => {
    const { samples, rejected } = read(both);
    expect(rejected).toEqual([]);
    expect(samples.map(({ id, situation, answer }) => [id, situation, answer])).toEqual([
      ["s-c-0", one.situation, one.answer],
      ["s-c-1", two.situation, two.answer],
    ]);
  });

  it.each([
    ["with talk around it", `Sure! Here are [5] of them:\n${both}\nAnything else? [y/n]`],
    ["in a code fence", `Here you go:\n\`\`\`json\n${both}\n\`\`\`\nI hope {this} helps.`],
    ["in a fence that is never closed", `\`\`\`json\n${both}`],
    ["each in a fence of its own", `1.\n\`\`\`json\n${json(one)}\n\`\`\`\n2.\n\`\`\`json\n${json(two)}\n\`\`\``],
    ["under one key", json({ questions: [one, two] })],
    ["one after the other, without a list", `${json(one)}\n${json(two)}`],
    ["in lists of one", json([[one], [two]])],
    ["with trailing commas", both.replace(/\}\]$/, "},]").replace(/"\]/g, '",]')],
    ["with comments", both.replace("[{", "[ // the first\n{").replace("}, {", "}, /* and */ {")],
    [
      "with single quotes",
      `[${[one, two].map((q) => `{'situation': '${q.situation}', 'question': '${q.question}', 'options': [${q.options.map((o) => `'${o}'`).join(", ")}], 'answer': '${q.answer}', 'rationale': 'x'}`).join(", ")}]`,
    ],
    ["spread over lines", JSON.stringify([one, two], null, 2)],
    [
      "with keys written otherwise",
      json(
        [one, two].map((q) => ({
          Situation: q.situation,
          "Multiple-choice question": q.question,
          Choices: q.options,
          correct_answer: q.answer,
          Explanation: "x",
        })),
      ),
    ],
  ])("%s", (_, reply) => {
    expect(situations(reply)).toEqual([one.situation, two.situation]);
    expect(reasons(reply)).toEqual([]);
  });

  it.each([
    ["in the middle of a text", '"situation": "A wom'],
    ["before the answer", `${json(two).slice(0, json(two).lastIndexOf('"answer"'))}`],
    ["in the rationale, where it would look whole", `${json(two).slice(0, -9)}`],
    ["between two questions", ""],
  ])("the whole ones of a reply that is cut off %s", (_, rest) => {
    const { samples, rejected } = read(`[${json(one)}, ${rest.startsWith("{") || !rest ? rest : `{${rest}`}`);
    expect(samples.map(({ situation }) => situation)).toEqual([one.situation]);
    expect(rejected.map(({ reason }) => reason)).toEqual(["cut off"]);
  });

  it("a single object that is no list", () => expect(situations(json(one))).toEqual([one.situation]));
});

describe("options and answers are read", () => {
  it.each([
    ["with letters", ["A. Help him.", "B. Walk on."], "A"],
    ["with letters in brackets", ["(A) Help him.", "(B) Walk on."], "(A)"],
    ["without letters", ["Help him.", "Walk on."], "A"],
    ["as an object", { A: "Help him.", B: "Walk on." }, "A."],
    [
      "as objects with letter and text",
      [
        { letter: "A", text: "Help him." },
        { letter: "B", text: "Walk on." },
      ],
      "A",
    ],
    ["as objects of one key", [{ A: "Help him." }, { B: "Walk on." }], "A"],
    ["as one text", "A. Help him. B. Walk on.", "A"],
    ["as lines of one text", "A) Help him.\nB) Walk on.", "Option A"],
    ["with the answer's text", ["A. Help him.", "B. Walk on."], "help him"],
    ["with letter and text", ["A. Help him.", "B. Walk on."], "A. Help him."],
    ["with the answer in a list", ["A. Help him.", "B. Walk on."], ["A"]],
  ])("%s", (_, options, answer) => {
    const { samples, rejected } = read(json([{ ...plain, options, answer }]));
    expect(rejected).toEqual([]);
    expect(samples[0]).toMatchObject({
      options: [
        { letter: "A", text: "Help him." },
        { letter: "B", text: "Walk on." },
      ],
      answer: "A",
    });
  });

  it.each([
    ["no JSON", "I cannot do that."],
    ["no reply", ""],
    ["no reply", " \n"],
    ["no object", "[5]"],
    ["a field is missing", '[{"situation": 1}, 5]'],
    ["a field is missing", json([{ ...plain, options: undefined }])],
    ["a field is missing", json([{ ...plain, situation: " " }])],
    ["options not to be told apart", json([{ ...plain, options: ["A. Help him.", "C. Walk on."] }])],
    ["options not to be told apart", json([{ ...plain, options: ["A. Help him.", "Walk on."] }])],
    ["options not to be told apart", json([{ ...plain, options: "help him or walk on" }])],
    ["options not to be told apart", json([{ ...plain, options: 4 }])],
    ["too few or too many options", json([{ ...plain, options: ["A. Help him."] }])],
    ["two equal options", json([{ ...plain, options: ["A. Help him.", "B. help  him!"] }])],
    ["several answers", json([{ ...plain, answer: ["A", "B"] }])],
    ["several answers", json([{ ...plain, answer: "A and B" }])],
    ["the answer is no option", json([{ ...plain, answer: "F" }])],
    ["the answer is no option", json([{ ...plain, answer: "Any" }])],
    ["the answer is no option", json([{ ...plain, answer: 9 }])],
    ["the answer's number may count from 0 or from 1", json([{ ...plain, answer: 0 }])],
    ["the answer's number may count from 0 or from 1", json([{ ...plain, answer: "1" }])],
    ["the answer's letter and text differ", json([{ ...plain, answer: "A. Walk on." }])],
  ])("%s: %s", (reason, reply) => expect(reasons(reply)).toContain(reason));
});

it("survives anything, and what it reads is a question", () => {
  const random = createRandom("malformed replies");
  const pieces = [
    ..."{}[]\"',:\\\n",
    "```json\n",
    "situation",
    json(plain),
    json(one),
    "A. ",
    '"options": [',
    "null",
    "//",
    "名",
  ];
  for (let i = 0; i < 3000; i++) {
    const reply = Array.from({ length: random.int(40) }, () => random.pick(pieces)).join("");
    for (const { options, answer } of read(reply).samples)
      expect(options.map(({ letter }) => letter)).toContain(answer);
  }
});

it("reads a reply of a megabyte", () => {
  const many = renderQuestions(Array.from({ length: 2000 }, () => one));
  expect(read(many).samples).toHaveLength(2000);
  expect(read("[{".repeat(500_000)).samples).toEqual([]);
});
