import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPrompts, paperPrompts, scriptPrompts } from "../../lib/prompts/index";
import { dryRun, openStudy } from "../../lib/study/index";
import { makeScratch } from "../study/scratch";
import { SMALL } from "../whole/project";

const options = [
  { letter: "A", text: "Wait." },
  { letter: "C", text: "Call for help." },
];
const folder = mkdtempSync(join(tmpdir(), "wov-prompts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads a file of prompts with this text. */
function load(text: string, name = "mine.yaml") {
  writeFileSync(join(folder, name), text);
  return loadPrompts(folder, name);
}

describe("the wordings of the kit", () => {
  it("are found by their names, even beside files of the same name", () => {
    writeFileSync(join(folder, "paper"), "caption: Mine.");
    expect(loadPrompts(folder, "paper")).toBe(paperPrompts);
    expect(loadPrompts(folder, "scripts")).toBe(scriptPrompts);
  });
  it("the authors' scripts, pictures", () =>
    expect(scriptPrompts.picture(options)).toMatchInlineSnapshot(`
      "You are given a situation and a question. Based on the situation provided, select the most appropriate option to answer the question:
      ## Situation: Shown in the given image.
      ## Question: Given the situation depicted in the image, select the most appropriate course of initial action to take:
      A. Wait.
      C. Call for help.
      Now answer the question. Just output the choice:"
    `));
  it("the authors' scripts, captions", () =>
    expect(scriptPrompts.text("A boy is in the water.", options)).toMatchInlineSnapshot(`
      "You are given a situation and a question. Based on the situation provided, select the most appropriate option to answer the question:
      ## Situation: A boy is in the water.
      ## Question: Given the situation, select the most appropriate course of initial action to take:
      A. Wait.
      C. Call for help.
      Now answer the question. Just output the choice:"
    `));
  it("the authors' scripts, training", () =>
    expect(scriptPrompts.text("A boy is in the water.", options, "What first?")).toMatchInlineSnapshot(`
      "You are given a situation and a question. Based on the situation provided, select the most appropriate option to answer the question:
      ## Situation: A boy is in the water.
      ## Question: What first?
      A. Wait.
      C. Call for help.
      Now answer the question. Just output the choice:"
    `));
  it("the authors' scripts print no prompt for captions or generation: they are the paper's", () => {
    expect(scriptPrompts.caption()).toBe(paperPrompts.caption());
    expect(scriptPrompts.generation("[…]")).toBe(paperPrompts.generation("[…]"));
  });
});

describe("a file of prompts", () => {
  it("gives some wordings; the others are the paper's", () => {
    const prompts = load('picture: "See {options} – {question}"\ncaption: Describe.\n');
    expect(prompts.picture(options)).toBe(
      "See A. Wait.\nC. Call for help. – select the most appropriate course of initial action to take:",
    );
    expect(prompts.caption()).toBe("Describe.");
    expect(prompts.text("S", options, "Q?")).toBe(paperPrompts.text("S", options, "Q?"));
    expect(prompts.generation("[…]")).toBe(paperPrompts.generation("[…]"));
  });

  it("says a sample's own question in training text, and the paper's about an item", () => {
    const prompts = load("text: |\n  {situation}\n  {question}\n\n  {options}\n  Answer:\n");
    expect(prompts.text("S", options, "Q?")).toBe("S\nQ?\n\nA. Wait.\nC. Call for help.\nAnswer:");
    expect(prompts.text("S", options)).toMatch(/^S\nselect the most appropriate course/);
  });

  it("takes what fills a place as it is, with braces and dollars in it, and leaves other braces alone", () => {
    const prompts = load("text: '{situation}{question}{options}{else} {}'\ngeneration: '{examples} as [{\"a\": 1}]'\n");
    expect(prompts.text("{options} $& $1", [{ letter: "A", text: "{question}" }], "Q?")).toBe(
      "{options} $& $1Q?A. {question}{else} {}",
    );
    expect(prompts.generation('[{"options": 1}]')).toBe('[{"options": 1}] as [{"a": 1}]');
  });

  it("has the same id as another one that says the same, whatever its name, order and comments", () => {
    const mine = load("caption: Describe.\npicture: '{options}'\n");
    const other = load('# a note\npicture: "{options}"\n\ncaption: >-\n  Describe.\n', "other.yaml");
    expect(other.id).toBe(mine.id);
    expect(load("caption: Describe!\npicture: '{options}'\n").id).not.toBe(mine.id);
    expect(load("caption: Describe.\n").id).not.toBe(mine.id);
  });

  it.each([
    [
      "picture without its options",
      "caption: C.\npicture: Decide!\n",
      "line 2: 'picture' leaves no room for {options}",
    ],
    [
      "text without two of its places",
      "# mine\n\ntext: '{situation}?'\n",
      "line 3: 'text' leaves no room for {question}, {options}",
    ],
    ["generation without examples", "generation: Go!\n", "line 1: 'generation' leaves no room for {examples}"],
    [
      "an unknown key",
      "caption: C.\npictures: '{options}'\n",
      "line 2: unknown key 'pictures': expected picture, text",
    ],
    ["a wording that is none", "caption: 7\n", "line 1: 'caption': expected a text"],
    ["a wording that says nothing", "picture: '{options}'\ncaption: ' '\n", "line 2: 'caption': expected a text"],
    ["a wording that is a list", "caption: [a, b]\n", "line 1: 'caption': expected a text"],
    ["broken YAML", "caption: [C.\npicture: '{options}'\n", "line 2: "],
    ["a key twice", "caption: C.\ncaption: D.\n", "line 2: Map keys must be unique"],
    [
      "a text in place of wordings",
      "Describe the picture.\n",
      "line 1: expected wordings under the keys picture, text",
    ],
    ["nothing", "", "line 1: expected wordings under the keys"],
  ])("is refused with its line: %s", (_, text, message) => {
    expect(() => load(text)).toThrow(`${join(folder, "mine.yaml")}, ${message}`);
  });

  it("is missed by its name", () => {
    expect(() => loadPrompts(folder, "none.yaml")).toThrow(
      /^no prompts 'none\.yaml': expected paper, scripts, or a YAML file$/,
    );
  });
});

describe("a study with prompts of one's own", () => {
  let root: string;
  beforeAll(() => {
    root = makeScratch();
    writeFileSync(
      join(root, "mine.yaml"),
      [
        'picture: "PICTURE {options}"',
        'text: "TEXT {situation} | {question} | {options}"',
        'caption: "CAPTION"',
        'generation: "GENERATION {examples}"',
      ].join("\n"),
    );
    copyFileSync(join(root, "mine.yaml"), join(root, "copy.yaml"));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const open = (prompts: Record<string, string>) => {
    const file = join(root, "profile.yaml");
    writeFileSync(file, `${SMALL}prompts: ${JSON.stringify(prompts)}\n`);
    return openStudy(file, root);
  };
  /** How the texts begin that a study sends and trains, by part: asking pictures, texts, captions; training; generation. */
  const beginnings = (prompts: Record<string, string>) => {
    const { requests, lines } = dryRun(open(prompts), 2);
    const first = (name: RegExp) => {
      const { content } = requests.find(({ step }) => name.test(step.name))!.made[0]!.body.messages[0]!;
      return firstWord(
        typeof content === "string" ? content : content.map((part) => (part.type === "text" ? part.text : "")).join(""),
      );
    };
    return {
      pictures: first(/qwen2-vl decides on pictures$/),
      captions: first(/describes the pictures/),
      texts: first(/decides on captions/),
      afterTraining: first(/decides on pictures, trained on 16 from teacher/),
      ownLabels: first(/answers the teacher's questions/),
      training: firstWord(lines[0]!.made[0]!.prompt[0]!.content),
      generation: first(/generates samples/),
    };
  };
  const firstWord = (text: string) => text.split(" ")[0];
  const PAPER = {
    pictures: "Based",
    captions: "The",
    texts: "Given",
    afterTraining: "Based",
    ownLabels: "Given",
    training: "Given",
    generation: "Now",
  };

  it("asks, trains and generates in the paper's words if none are given", () => {
    expect(beginnings({})).toEqual(PAPER);
  });
  it.each([
    [{ asking: "mine.yaml" }, { pictures: "PICTURE", captions: "CAPTION", texts: "TEXT", afterTraining: "PICTURE" }],
    [{ training: "mine.yaml" }, { training: "TEXT", ownLabels: "TEXT" }],
    [{ generation: "mine.yaml" }, { generation: "GENERATION" }],
    [
      { asking: "scripts", training: "scripts" },
      { pictures: "You", texts: "You", afterTraining: "You", training: "You", ownLabels: "You" },
    ],
  ])("uses %j for that alone", (prompts, changes) => {
    expect(beginnings(prompts as Record<string, string>)).toEqual({ ...PAPER, ...changes });
  });

  it("makes the same runs from another file that says the same", () => {
    const idsOf = (name: string) =>
      open({ asking: name, training: name, generation: name }).layout.steps.map(({ run }) => run.id);
    expect(idsOf("copy.yaml")).toEqual(idsOf("mine.yaml"));
    expect(idsOf("paper")).not.toEqual(idsOf("mine.yaml"));
  });
});
