import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadBenchmark } from "../../lib/benchmark/index";
import { seedQuestions } from "../../lib/pocket/index";
import { renderOptions } from "../../lib/prompts/index";
import { createRandom } from "../../lib/random";
import { projectRoot } from "../../lib/root";
import {
  DEFAULT_THRESHOLDS,
  type KnownText,
  readLine,
  type Screenable,
  screen,
  type Thresholds,
} from "../../lib/screen/index";
import {
  knownTexts,
  loadSeeds,
  PAPER_FORM,
  type Sample,
  seedSamples,
  toPromptCompletion,
  toScreenable,
} from "../../lib/synthesis/index";

/** VIVA's own file: its licence keeps it out of this project, so it is read where someone has put it beside. */
const VIVA = "../shared/viva/VIVA_annotation.json";
const SITUATION = "A cyclist lies beside her bent wheel at the crossing and holds her wrist.";
const OPTIONS = [
  "Ride past her slowly.",
  "Ask whether she can move her hand.",
  "Photograph the wheel.",
  "Wave at the cars.",
];
const ITEM: KnownText = { name: "item 9", from: "benchmark", situations: [SITUATION], options: OPTIONS };
const SYSTEM = "You are a careful assistant who reads about people in the street and answers in one letter. ".repeat(8);
const ask = (situation: string, options: readonly string[]) =>
  `What is best here?\n\n${situation}\n\n${options.map((text, i) => `${"ABCD"[i]}. ${text}`).join("\n")}`;
const TASK = ask(SITUATION, OPTIONS);

const rejections = (samples: readonly Screenable[], known: readonly KnownText[], thresholds = DEFAULT_THRESHOLDS) =>
  screen(samples, known, thresholds).rejected.map(({ id, reason, twin }) => [id, reason, twin]);
const sampleOf = (line: object): Screenable => {
  const read = readLine(JSON.stringify(line), 1);
  if (typeof read === "string") throw new Error(read);
  return { ...read, id: "s" };
};
const scoreOf = (line: object, thresholds: Thresholds = DEFAULT_THRESHOLDS) =>
  screen([sampleOf(line)], [ITEM], thresholds).rejected[0]?.score;

describe("an item in a sample is found in every form", () => {
  const user = { role: "user", content: TASK };
  const reply = { role: "assistant", content: "B" };
  it.each<[string, object]>([
    ["the kit's own", toPromptCompletion({ ...seedSamples(seedQuestions())[0]!, situation: SITUATION }, PAPER_FORM)],
    ["the kit's records", { situation: SITUATION, question: "What now?", options: OPTIONS.map((text) => ({ text })) }],
    ["messages", { messages: [user, reply] }],
    ["messages after a long system text", { messages: [{ role: "system", content: SYSTEM }, user, reply] }],
    [
      "a system text",
      {
        messages: [
          { role: "system", content: `${SYSTEM} ${TASK}` },
          { role: "user", content: "Go on." },
        ],
      },
    ],
    [
      "messages with parts",
      { messages: [{ role: "user", content: [{ type: "image" }, { type: "text", text: TASK }] }, reply] },
    ],
    [
      "ShareGPT",
      {
        conversations: [
          { from: "system", value: SYSTEM },
          { from: "human", value: TASK },
          { from: "gpt", value: "B" },
        ],
      },
    ],
    [
      "LLaVA",
      {
        image: "9.jpg",
        conversations: [
          { from: "human", value: `<image>\n${TASK}` },
          { from: "gpt", value: "B" },
        ],
      },
    ],
    ["a later turn", { messages: [{ role: "user", content: SYSTEM }, reply, user, reply] }],
    ["Alpaca's input", { instruction: "Choose the best of these actions.", input: TASK, output: "B" }],
    ["Alpaca's output", { instruction: "Write a question about first aid.", input: "", output: TASK }],
    ["a prompt and completion", { prompt: TASK, completion: "B" }],
    ["DPO with a prompt", { prompt: TASK, chosen: "B", rejected: "A" }],
    ["DPO without a prompt", { chosen: [user, reply], rejected: [user, { role: "assistant", content: "A" }] }],
    ["a text", { text: `${SYSTEM}\n${TASK}\n${SYSTEM}` }],
    ["unusual keys", { anfrage: { daten: [{ szene: SITUATION }] }, zahl: 3 }],
    ["messages as JSON in a string", { messages: JSON.stringify([user, reply]) }],
    ["a question", { situation: "Look at the street.", question: TASK, options: ["Go.", "Stay."] }],
    ["a rationale", { situation: "Look at the street.", options: ["Go.", "Stay."], rationale: SITUATION }],
    ["its options alone", { prompt: ask("Something happens in the street.", [...OPTIONS].reverse()) }],
    ["other case and marks", { text: SITUATION.toUpperCase().replaceAll(" ", " – ") }],
    ["invisible characters", { text: SITUATION.replaceAll("cyclist", "cyc\u00adlist\u200b") }],
  ])("%s", (_, line) => expect(scoreOf(line)).toBe(1));
});

describe("the score is the share of the item that stands in the sample", () => {
  const words = SITUATION.split(" "); // 14 words, 12 triples
  const around = (text: string) => ({ text: `${SYSTEM} ${text} ${SYSTEM}` });

  it.each([
    [14, 1],
    [11, 9 / 12],
    [8, 6 / 12],
  ])("of %d words in a row: %d", (n, score) => expect(scoreOf(around(words.slice(0, n).join(" ")))).toBe(score));
  it("less than the threshold is not enough", () => {
    expect(scoreOf(around(words.slice(0, 7).join(" ")))).toBeUndefined();
    expect(scoreOf(around(words.slice(0, 7).join(" ")), { ...DEFAULT_THRESHOLDS, contamination: 5 / 12 })).toBe(5 / 12);
  });
  it("with a word changed, three triples are others", () =>
    expect(scoreOf(around(SITUATION.replace("wheel", "bike")))).toBe(9 / 12));
  it("of options as a group, two of four are less than half", () => {
    const group = (n: number) => scoreOf({ prompt: ask("Something happens in the street.", OPTIONS.slice(0, n)) });
    // They have 2, 5, 1 and 2 triples.
    expect([group(1), group(2), group(3), group(4)]).toEqual([undefined, 7 / 10, 8 / 10, 1]);
  });
  it("as a similarity, the same sample is hardly like the item", () => {
    const thresholds = { ...DEFAULT_THRESHOLDS, contaminationMeasure: "similarity" as const };
    expect(scoreOf(around(SITUATION), thresholds)).toBeUndefined();
    expect(scoreOf({ situation: SITUATION }, thresholds)).toBe(1);
  });
});

describe("a short known text", () => {
  const known = (situation: string, options: string[] = []): KnownText[] => [
    { name: "k", from: "benchmark", situations: [situation], options },
  ];
  const text = "Two men are shouting at each other and a boy falls down the stairs of the house.";
  it.each([
    ["has to be there as a whole", "A boy falls down quickly.", []],
    ["of a few words counts only as a whole situation", "A boy falls.", []],
    ["tells nothing by its options", "Nobody is here at all today.", ["Yes", "No"]],
    ["may be empty", "", []],
  ])("%s", (_, situation, options) =>
    expect(rejections([{ id: "s", situation: text, options: ["Yes", "No"] }], known(situation, options))).toEqual([]),
  );
  it("is found as a whole, and if it is all of a situation", () => {
    expect(rejections([{ id: "s", situation: text, options: [] }], known("A boy falls down the stairs."))).toHaveLength(
      1,
    );
    expect(rejections([{ id: "s", situation: "a boy falls", options: [] }], known("A boy falls."))).toHaveLength(1);
  });
  it("options of one or two words are found in a prompt, too", () => {
    const options = ["Hug her", "Run away", "Film it", "Laugh", "Wait"];
    const sample = sampleOf({ prompt: ask("Someone weeps.", options.slice(0, 4)) });
    expect(
      screen([sample], known("Nobody is here at all today.", options), DEFAULT_THRESHOLDS).rejected[0]?.score,
    ).toBe(4 / 5);
  });
});

it("finds what comparing all with all finds", () => {
  const random = createRandom("containment");
  const words = (n: number, of = 30) => Array.from({ length: n }, () => `w${random.int(of)}`).join(" ");
  const known = Array.from({ length: 60 }, (_, i): KnownText => {
    return { name: String(i), from: "k", situations: [words(6 + random.int(12))], options: [] };
  });
  const samples = Array.from({ length: 300 }, (_, i): Screenable => {
    const item = random.pick(known).situations[0]!.split(" ");
    const part = item.slice(random.int(4), 3 + random.int(item.length)).join(" ");
    return { id: String(i).padStart(3, "0"), situation: `${words(random.int(20))} ${part} ${words(5)}`, options: [] };
  });
  const triples = (text: string) => {
    const list = text.split(" ").filter(Boolean);
    return new Set(list.slice(2).map((_, i) => list.slice(i, i + 3).join(" ")));
  };
  const expected = samples.flatMap(({ id, situation }) => {
    const own = triples(situation);
    const found = known.some(({ situations: [text] }) => {
      const all = [...triples(text!)];
      const common = all.filter((one) => own.has(one)).length;
      return common >= 0.5 * all.length && common >= Math.min(4, all.length);
    });
    return found ? [id] : [];
  });
  expect(expected.length).toBeGreaterThan(30);
  expect(expected.length).toBeLessThan(270);
  const found = screen(samples, known, { ...DEFAULT_THRESHOLDS, duplicate: 1 }).rejected;
  expect(found.filter(({ reason }) => reason === "contamination").map(({ id }) => id)).toEqual(expected);
});

it("a reason that many situations share is no known text", () => {
  const items = (n: number, reason: string) =>
    Array.from({ length: n }, (_, i) => ({ index: i, situation: `Number ${i}.`, reason, options: [] }));
  const reasons = [...items(11, "A rule."), ...items(10, "Of one picture.")];
  const known = knownTexts(reasons).flatMap(({ situations }) => situations.slice(1));
  expect(known).toEqual(Array.from({ length: 10 }, () => "Of one picture."));
});

describe.runIf(existsSync(VIVA))("VIVA's items", () => {
  const all = existsSync(VIVA) ? loadBenchmark(VIVA) : [];
  const items = all.filter(({ situation }) => situation.split(/\s+/).length >= 8);
  const known = knownTexts(items);
  const chat = (text: string, n: number): Screenable => ({
    ...sampleOf({
      messages: [
        { role: "system", content: SYSTEM },
        { role: "user", content: `${SYSTEM}${n}\n${text}` },
      ],
    }),
    id: String(n).padStart(5, "0"),
  });
  const share = (texts: readonly string[]) => {
    const found = screen(texts.map(chat), known, { ...DEFAULT_THRESHOLDS, duplicate: 1 }).rejected;
    return found.filter(({ reason }) => reason === "contamination").length / texts.length;
  };

  it("are in no sample of the kit", () => {
    const ours: Sample[] = [
      ...seedSamples(seedQuestions()),
      ...seedSamples(loadSeeds(projectRoot()).map((s) => s.written)),
    ];
    expect(
      rejections(
        ours.map((sample, i) => toScreenable({ ...sample, id: String(i) })),
        known,
      ),
    ).toEqual([]);
  });
  it("are all found in long chats, by their situations, and by their options in any order", () => {
    const random = createRandom("viva");
    expect(share(items.map(({ situation }) => situation))).toBe(1);
    const shuffled = items.map(({ options }) => renderOptions(random.shuffle(options)));
    expect(share(shuffled)).toBeGreaterThan(0.999);
  });
  it("are found by more than half of a situation, and with a word changed", () => {
    const part = (of: number) =>
      items.map(({ situation: text }) => {
        const words = text.split(/\s+/);
        return words.slice(0, Math.ceil(of * words.length)).join(" ");
      });
    expect(share(part(0.8))).toBeGreaterThan(0.95);
    expect(share(part(0.3))).toBeLessThan(0.1);
    const changed = items.map(({ situation }) =>
      situation
        .split(/\s+/)
        .map((word, i, all) => (i === all.length - 3 ? "xyz" : word))
        .join(" "),
    );
    expect(share(changed)).toBeGreaterThan(0.9);
  });
});
