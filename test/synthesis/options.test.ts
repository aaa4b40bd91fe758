import { describe, expect, it } from "vitest";
import { readQuestion } from "../../lib/synthesis/question";

const THREE = ["Fetch a blanket.", "Film it.", "Look away."];
const ask = (options: unknown, answer: unknown = "B") =>
  readQuestion({ situation: "A man shivers.", question: "What now?", options, answer, rationale: "" });
/** The texts of the options and that of the answer, or why it was rejected. */
const read = (options: unknown, answer?: unknown) => {
  const question = ask(options, answer);
  if (typeof question === "string") return question;
  return [question.options.map(({ text }) => text), question.options.find((o) => o.letter === question.answer)?.text];
};
const objects = (make: (text: string, i: number) => unknown) => THREE.map(make);
const right = [THREE, THREE[1]];
const UNCLEAR = "options not to be told apart";

describe("a label is told apart from its text", () => {
  it.each<[string, unknown]>([
    ["value and label", objects((label, i) => ({ value: "ABC"[i], label }))],
    ["label and text", objects((text, i) => ({ label: "ABC"[i], text }))],
    ["option and description", objects((description, i) => ({ option: "ABC"[i], description }))],
    ["keys of any name", objects((said, i) => ({ said, zeichen: "abc"[i] }))],
    ["two labels", objects((text, i) => ({ id: i + 1, letter: "ABC"[i], text }))],
    ["an id that is no label", objects((text, i) => ({ id: `q7-${i}`, text }))],
    [
      "what is about an option",
      objects((text, i) => ({ key: "ABC"[i], text, explanation: "It is so.", right: i === 1 })),
    ],
    ["a letter as the only key", objects((text, i) => ({ ["ABC"[i]!]: text }))],
    ["an object by letters", Object.fromEntries(objects((text, i) => ["ABC"[i], text]) as [string, string][])],
    [
      "an object by names",
      Object.fromEntries(objects((text, i) => [`option_${"abc"[i]}`, text]) as [string, string][]),
    ],
    ["an object of objects", Object.fromEntries(objects((text, i) => ["ABC"[i], { text }]) as [string, unknown][])],
    ["lists of labels and texts", { label: ["A", "B", "C"], text: THREE }],
    ["another order", objects((text, i) => ({ label: "ABC"[i], text })).reverse()],
    ["no labels", THREE],
    ["figures", objects((text, i) => `${i + 1}. ${text}`)],
    ["figures from 0", objects((text, i) => `${i}: ${text}`)],
    ["small letters", objects((text, i) => `${"abc"[i]}) ${text}`)],
    ["small Roman figures", objects((text, i) => `${["i", "ii", "iii"][i]}. ${text}`)],
    ["Roman figures", objects((text, i) => `(${["I", "II", "III"][i]}) ${text}`)],
    ["full width", objects((text, i) => `${"ＡＢＣ"[i]}．${text}`)],
    ["full-width brackets", objects((text, i) => `（${"ABC"[i]}）${text}`)],
    ["circles", objects((text, i) => `${"①②③"[i]}${text}`)],
    ["bold", objects((text, i) => `**${"ABC"[i]}.** ${text}`)],
    ["square brackets", objects((text, i) => `[${"ABC"[i]}] ${text}`)],
    ["dashes", objects((text, i) => `${"ABC"[i]} – ${text}`)],
    ["nothing behind them", objects((text, i) => `${"ABC"[i]} ${text}`)],
    ["words before them", objects((text, i) => `Option ${"ABC"[i]}: ${text}`)],
    ["Cyrillic letters", objects((text, i) => `${"АБВ"[i]}) ${text}`)],
    ["themselves again", objects((text, i) => `${"ABC"[i]}. ${"ABC"[i]}) ${text}`)],
    ["themselves again, under a key", objects((text, i) => ({ label: "ABC"[i], text: `${"ABC"[i]}. ${text}` }))],
    ["one per line", objects((text, i) => `${i + 1}) ${text}`).join("\n")],
    ["one line", objects((text, i) => `(${"abc"[i]}) ${text}`).join(" ")],
  ])("with %s", (_, options) => expect(read(options)).toEqual(right));

  it.each<[string, unknown]>([
    ["letters alone", ["A", "B", "C"]],
    ["letters alone, not in order", ["C", "A"]],
    ["letters in brackets alone", ["(a)", "(b)"]],
    ["figures alone", ["1", "2", "3"]],
    ["letters among texts, as where a text is missing", ["A", "E", "A nurse is there.", "B"]],
    ["letters under the texts' key", [{ letter: "A", text: "Fetch a blanket." }, { letter: "nurse" }]],
    ["letters under two keys", objects((_, i) => ({ value: "ABC"[i], label: "ABC"[i] }))],
    ["letters by letters", { A: "A", B: "B" }],
    ["two texts", objects((text, i) => ({ value: `Way ${i}.`, label: text }))],
    ["two texts under unknown keys", objects((text, i) => ({ eins: `Way ${i}.`, zwei: text }))],
    ["labels of which one is missing", objects((text, i) => `${"ABD"[i]}. ${text}`)],
    ["labels for some", ["A. Fetch a blanket.", "Film it."]],
    ["labels that differ", objects((text, i) => ({ label: "ABC"[i], text: `${"BAC"[i]}. ${text}` }))],
    ["labels of two kinds", ["A. Fetch a blanket.", "2. Film it."]],
    ["letters of an unknown script", objects((text, i) => `${"ႠႡႢ"[i]}. ${text}`)],
    ["figures that may be amounts", ["1 ambulance", "2 ambulances"]],
    [
      "lists in a list",
      [
        ["A", "Fetch a blanket."],
        ["B", "Film it."],
      ],
    ],
  ])("or the sample is rejected: %s", (_, options) => expect(read(options)).toBe(UNCLEAR));

  it.each([
    ["a first word that looks like a label", ["U.S. troops come.", "e.g. a nurse comes.", "3.5 km are run."]],
    ["amounts", ["12 people leave.", "30 people leave.", "Nobody leaves."]],
    ["an article", ["A man is called.", "Be quiet.", "Call him."]],
    ["texts of one sign of a script without an alphabet", ["走", "留下", "坐"]],
  ])("but what is no label stays: %s", (_, options) =>
    expect(read(options, options[1])).toEqual([options, options[1]]),
  );

  it("under labels of their own, some texts may begin like one", () =>
    expect(read(["A. B. Smith is called.", "B. Go home."])).toEqual([["B. Smith is called.", "Go home."], "Go home."]));
});

describe("an answer is", () => {
  const numbered = objects((text, i) => ({ id: i + 1, text }));
  it.each<[string, unknown, unknown]>([
    ["a letter", THREE, "B"],
    ["a small letter", THREE, "b"],
    ["a letter with its text", THREE, "B. Film it."],
    ["a text", THREE, "film it"],
    ["a sentence's end", THREE, "The answer is (B)"],
    ["bold", THREE, "**B**"],
    ["a label of its options", objects((text, i) => `${["i", "ii", "iii"][i]}. ${text}`), "ii"],
    ["a number that is a label", numbered, 2],
    ["a number that is a label, as text", numbered, "2"],
    ["an id", objects((text, i) => ({ id: `q7-${i}`, text })), "q7-1"],
    ["an object", THREE, { letter: "B", text: "Film it." }],
  ])("%s", (_, options, answer) => expect(read(options, answer)).toEqual(right));

  it.each<[string, unknown, unknown]>([
    ["the answer's number may count from 0 or from 1", THREE, 1],
    ["the answer's number may count from 0 or from 1", THREE, "2"],
    ["the answer's letter and text differ", THREE, "A. Film it."],
    ["the answer's letter and text differ", THREE, { letter: "A", text: "Film it." }],
    ["the answer is no option", THREE, "Run."],
    ["the answer is no option", THREE, ""],
    ["the answer is no option", THREE, null],
    ["the answer is no option", ["?", "Go."], "!"],
    ["several answers", THREE, "A, B"],
  ])("%s: %j, %j", (reason, options, answer) => expect(read(options, answer)).toBe(reason));
});
