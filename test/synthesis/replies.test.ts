import { describe, expect, it } from "vitest";
import { createRandom } from "../../lib/random";
import { readSamples } from "../../lib/synthesis/index";

const question = (n: number, more: object = {}) => ({
  situation: `A child number ${n} has lost its shoe in the snow.`,
  question: "What helps most?",
  options: ["A. Carry it home.", "B. Search on."],
  answer: "A",
  rationale: "Feet freeze fast.",
  ...more,
});
const json = JSON.stringify;
const two = json([question(1), question(2)]);
const read = (reply: string) => readSamples(reply, "s", "c");
const numbers = (reply: string) => read(reply).samples.map(({ situation }) => Number(/\d+/.exec(situation)![0]));
const reasons = (reply: string) => read(reply).rejected.map(({ reason }) => reason);
const fence = (text: string) => `\`\`\`json\n${text}\n\`\`\``;

describe("what a model thinks is not read", () => {
  const draft = json([question(8, { answer: "B" })]);
  it.each([
    ["a draft", `<think>\nFirst ${draft} but no.\n</think>\n\n${two}`],
    ["a fenced draft", `<think>${fence(draft)}</think>${two}`],
    ["a draft, before a fenced reply", `<think>${draft}</think>\n${fence(two)}`],
    ["a list of keys", `<think>I need {situation, question}.</think>${two}`],
    ["a thought whose beginning is missing", `${draft}\n</think>\n${two}`],
    ["thoughts twice", `<think>${draft}</think> Hm. <think>${draft}</think>${two}`],
  ])("%s", (_, reply) => expect([numbers(reply), reasons(reply)]).toEqual([[1, 2], []]));

  it.each([
    ["cut off", `<think>\nFirst ${draft} then`],
    ["without a reply", `<think>${draft}</think>\n`],
  ])("a thought %s leaves nothing, and says so", (_, reply) =>
    expect([numbers(reply), reasons(reply)]).toEqual([[], ["nothing after the thinking"]]),
  );
});

describe("a reply is read piece by piece", () => {
  it.each([
    ["a name in braces before it", `Here are the questions for {topic}:\n${two}`],
    ["a name in braces behind it", `${two}\nI hope {this} helps.`],
    ["formulas", `With $\\frac{a}{b}$ and \\{x\\}:\n${two}`],
    ["code", `function f(a) { return [a, "b"]; }\n${two}\nif (x) { y(); }`],
    ["pairs of brackets", `${"{}".repeat(50)}[]${two}[[{}]]`],
    ["a brace that stays open", `I write { where a list begins. ${two}`],
    ["a quote that stays open", `Use {"a: 1} as a key. ${two}`],
    ["a closing bracket too many", `:-] ${two} }]`],
    ["headings that are fields", `Situation: below.\nQuestion: below.\n${two}\nAnswer: above.`],
    ["a word in brackets", `[Note] ${two}`],
  ])("with %s", (_, reply) => expect([numbers(reply), reasons(reply)]).toEqual([[1, 2], []]));

  it("a form of what is asked for is rejected, and nothing else", () => {
    const reply = `The form is {"situation": "...", "answer": "A"}.\n${two}`;
    expect([numbers(reply), reasons(reply)]).toEqual([[1, 2], ["a field is missing"]]);
  });

  it.each([
    ["an object that is broken", `[${json(question(1))}, {"situation": "x", "answer": ]}, ${json(question(3))}]`],
    [
      "an object that was not closed",
      `[${json(question(1))}, ${json(question(2)).slice(0, -1)}, ${json(question(3))}]`,
    ],
    ["a quote too many", `[${json(question(1))}, {"situation": "5" wide", "answer": "A"}, ${json(question(3))}]`],
  ])("%s spoils no other, and is rejected with its text", (_, reply) => {
    expect(numbers(reply)).toEqual([1, 3]);
    expect(read(reply).rejected).toHaveLength(1);
    expect(read(reply).rejected[0]!.text).toContain("situation");
  });

  it("a list in an object that has a field, too, is read", () =>
    expect(numbers(json({ explanation: "Two of them.", questions: [question(1), question(2)] }))).toEqual([1, 2]));

  it("an object with names of fields inside of its options is one question", () => {
    const options = [
      { letter: "A", text: "Carry it home.", explanation: "warm", question: "no" },
      { letter: "B", text: "Search on.", explanation: "cold", question: "no" },
    ];
    expect(numbers(json([question(4, { options })]))).toEqual([4]);
  });
});

describe("a megabyte of anything takes little time", () => {
  const MEGABYTE = 1_000_000;
  const LIMIT = 100;
  const fill = (text: string) => text.repeat(Math.ceil(MEGABYTE / text.length));
  const nested = (open: string, close: string, n: number) => `${open.repeat(n)}1${close.repeat(n)}`;
  const wrapped = (options: string) => `{"situation":"a","question":"b","answer":"A","options":${options}}`;
  const junk: [string, string][] = [
    ...'{ [ } ] " \\ {} [{ {" [}{] {{} ```\n{ ``` 中{文} \\frac{a}{b} // /* <think> <a [a'.split(" "),
    "situation: ",
    '{"situation":',
    "{situation:1,question:2}",
    '"answer"    :',
    " ",
    '{"situation": "abc, "question": "d"}',
    '{"situation": "he said "go"", "question":"a","answer":"b"}',
  ].map((text) => [text, fill(text)]);
  const deep: [string, string][] = [
    ["deep lists", nested("[", "]", 200_000)],
    ["deep objects", nested('{"a":', "}", 150_000)],
    ["deep questions", nested('{"answer":1,"question":', "}", 40_000)],
    ["deep questions that are broken", `${'{"answer":1,"question":2,"x":'.repeat(30_000)}!${"}".repeat(30_000)}`],
    ["many options", wrapped(`[${fill('"A. x",')}"B. y"]`)],
    ["options of many keys", wrapped(`[{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":"A"`).join()}},{},{}]`)],
    ["options in one line", wrapped(`"${fill("a) x ")}"`)],
    ["blanks before labels", wrapped(`["${fill(" ")}","${fill("A. ")}"]`)],
  ];
  /** Milliseconds of the processor: the best of five, since other programs slow it down, too. */
  function timeOf(work: () => void): number {
    const times = [1, 2, 3, 4, 5].map(() => {
      const before = process.cpuUsage();
      work();
      return process.cpuUsage(before).user / 1000;
    });
    return Math.min(...times);
  }

  it.each([...junk, ...deep])("%s", (_, reply) =>
    expect(timeOf(() => expect(read(reply).samples).toEqual([]))).toBeLessThan(LIMIT),
  );

  it("mixtures of all of it", () => {
    const random = createRandom("junk");
    const pieces = [...junk.map(([text]) => text), json(question(1)), two, "\n", "null", "A. "];
    for (let i = 0; i < 500; i++) {
      const reply = Array.from({ length: random.int(60) }, () => random.pick(pieces)).join("");
      for (const { options, answer } of read(reply).samples)
        expect([options.map(({ text }) => text), answer]).toEqual([["Carry it home.", "Search on."], "A"]);
    }
  });
});
