import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { auditBenchmark, clustersOf, loadBenchmark, summarizeAudit } from "../../lib/benchmark/index";
import { answerInText } from "../../lib/benchmark/row";
import { drawItems } from "../../lib/pocket/index";

const folder = mkdtempSync(join(tmpdir(), "wov-benchmark-"));
afterAll(() => rmSync(folder, { recursive: true }));

const row = {
  index: 7,
  image_file: "7.png",
  image_url: "",
  action_list: ["A. Wait.", "B. Throw the ring.", "C. Call for help."],
  answer: "B" as string | null,
  action_answer: "Selected Action: B",
  category: "[Emergent Situation]",
  situation_description: "A boy is in the water.",
};

function load(content: unknown) {
  const file = join(folder, "benchmark.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return loadBenchmark(file, "pictures");
}

describe("an item", () => {
  it("has its picture's path, its options by letter, and its category without brackets", () => {
    expect(load([row])).toEqual([
      {
        index: 7,
        image: "pictures/7.png",
        options: [
          { letter: "A", text: "Wait." },
          { letter: "B", text: "Throw the ring." },
          { letter: "C", text: "Call for help." },
        ],
        gold: "B",
        category: "Emergent Situation",
        situation: "A boy is in the water.",
      },
    ]);
  });

  it("keeps the letters of its options where the first is missing", () => {
    const [item] = load([{ ...row, action_list: row.action_list.slice(1) }]);
    expect(item?.options.map((o) => o.letter)).toEqual(["B", "C"]);
  });

  it.each(["Selected Action: C", "Slecetd Action: C", "Selected Answer: C", "A. Wait.\n\nAnswer: C\n"])(
    "takes a null answer from action_answer: %j",
    (action_answer) => expect(load([{ ...row, answer: null, action_answer }])[0]?.gold).toBe("C"),
  );

  it("reads Python's bare NaN as absent, and leaves the word alone inside strings", () => {
    const text = JSON.stringify([{ ...row, category: 'said \\"NaN\\": NaN', situation_description: 0 }]);
    const [item] = load(text.replace('"situation_description":0', '"situation_description":NaN'));
    expect(item?.situation).toBe("");
    expect(item?.category).toBe('said \\"NaN\\": NaN');
  });

  it("may have a string of very many escapes", () =>
    expect(load([{ ...row, reason: "\n".repeat(15e6) }])[0]?.reason).toHaveLength(15e6));

  it("may begin with a byte order mark", () => expect(load(`\uFEFF${JSON.stringify([row])}`)).toHaveLength(1));
});

describe("a gold option that action_list lacks", () => {
  const list = (...options: string[]) => `- Actions:\n${options.join("\n")}\n  - Selected Action: B`;
  const lacking = { ...row, action_list: ["A. Wait.", "C. Call for help."] };
  const optionsOf = (action_answer: string, asPublished = false) => {
    load([{ ...lacking, action_answer }]);
    const { items, faults } = auditBenchmark(join(folder, "benchmark.json"), "pictures", { asPublished });
    const { options } = items[0]!;
    const [fault] = faults.filter(({ kind }) => kind === "missing-gold-option");
    return { options: options.map(({ letter, text }) => `${letter} ${text}`), repaired: fault!.repaired };
  };

  it.each([
    "B. Throw the ring.",
    "B Throw the ring.",
    "B.Throw the ring.",
    "B . Throw the ring.",
    "- B) Throw the ring.",
  ])("is added from the list in action_answer: %j", (line) =>
    expect(optionsOf(list("  A. Wait.", `  ${line}  `, "  C.Call for help."))).toEqual({
      options: ["A Wait.", "B Throw the ring.", "C Call for help."],
      repaired: "option B, from action_answer",
    }),
  );

  it("is left out where the file is read as published", () =>
    expect(optionsOf(list("A. Wait.", "B. Throw the ring.", "C. Call."), true)).toEqual({
      options: ["A Wait.", "C Call for help."],
      repaired: null,
    }));

  it.each([
    ["names no option of that letter", list("A. Wait.")],
    [
      "lists letters out of order, so that a sentence may look like an option",
      list("A. Wait.", "A boy drowns.", "B. Go."),
    ],
    ["holds no list", "Selected Action: B"],
  ])("stays away where action_answer %s", (_, text) => expect(optionsOf(text).repaired).toBe(null));

  it("is listed and counted by the audit", () => {
    const whole = list("A. Wait.", "B. Throw the ring.", "C. Call for help.");
    load([
      { ...lacking, action_answer: whole },
      { ...lacking, index: 8, answer: "B", action_answer: "" },
      { ...row, index: 9 },
    ]);
    const { counts, unrepaired, faults, clusters } = summarizeAudit(auditBenchmark(join(folder, "benchmark.json")));
    expect([counts["missing-gold-option"], counts["label-mismatch"], unrepaired, clusters]).toEqual([2, 2, [8], 2]);
    expect(faults.find(({ index, kind }) => index === 7 && kind === "missing-gold-option")).toEqual({
      index: 7,
      kind: "missing-gold-option",
      detail: "the answer is B, the options are A, C",
      repaired: "option B, from action_answer",
    });
  });
});

describe("a fault is named with file, row, index, key and value", () => {
  it.each([
    ["an answer that is no letter", { ...row, answer: "17" }, /row 1 \(index 7\): answer: expected a letter.*"17"/],
    ["a missing key", { ...row, category: undefined }, /index 7.*category: .*nothing/],
    ["one option", { ...row, action_list: ["A. Wait."] }, /action_list: expected at least two options/],
    ["an option without letter", { ...row, action_list: ["A. Wait.", "Go."] }, /action_list\[1\]: .*'A\. Call.*Go\./],
    ["a letter used twice", { ...row, action_list: ["A. Wait.", "A. Go."] }, /action_list: two options share a letter/],
    ["a picture outside its folder", { ...row, image_file: "../x.png" }, /image_file: .*without folders/],
    ["a picture whose name no disk takes", { ...row, image_file: `${"ä".repeat(120)}.png` }, /image_file: .*200 bytes/],
    ["a picture with a NUL in its name", { ...row, image_file: "7\u0000.png" }, /image_file: .*control characters/],
    ["a picture that is called like the log", { ...row, image_file: "Images.jsonl" }, /image_file: .*images\.jsonl/],
    ["no answer anywhere", { ...row, answer: null, action_answer: "?" }, /index 7.*answer is null/],
    ["a row that is no object", 3, /row 1: .*object/],
  ])("%s", (_, bad, message) => expect(() => load([bad])).toThrow(message));

  it("two items of one index", () => expect(() => load([row, row])).toThrow(/two items have the index 7/));
  it("no items", () => expect(() => load([])).toThrow(/at least one item/));
  it("text that is not JSON", () => expect(() => load("<html>")).toThrow(/benchmark\.json: cannot be read.*not valid/));
  it.each(["action_list", "not read by the kit"])("nesting that cannot be written again, in %s", (key) => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    const withNested = (depth: number) =>
      JSON.stringify([{ ...row, [key]: 0 }]).replace(`"${key}":0`, `"${key}":${nested(depth)}`);
    expect(() => load(withNested(200_000))).toThrow(/benchmark\.json: cannot be read.*nested more than 500 deep/);
    if (key !== "action_list") expect(load(withNested(400))).toHaveLength(1);
  });
  it("half a file", () =>
    expect(() => load("[{")).toThrow(/benchmark\.json: .*its end is missing\. Delete it and copy/));
  it("an empty file", () => expect(() => load("")).toThrow(/benchmark\.json: .*it is empty\. Delete it and copy/));
  it("a folder", () => expect(() => loadBenchmark(folder, "x")).toThrow(/it is a folder/));
  it("no file", () => expect(() => loadBenchmark(join(folder, "none"), "x")).toThrow(/there is no such file/));
});

describe("an audit", () => {
  const audit = (...rows: unknown[]) => {
    load(rows);
    return auditBenchmark(join(folder, "benchmark.json")).faults.filter(({ kind }) => kind !== "category-brackets");
  };

  it("finds nothing in a row that is whole", () => expect(audit(row)).toEqual([]));

  it.each([
    [
      { ...row, answer: null },
      { kind: "null-answer", detail: "answer is null", repaired: "B, from action_answer" },
    ],
    [
      { ...row, action_list: row.action_list.filter((o) => !o.startsWith("B")) },
      { kind: "missing-gold-option", repaired: null },
    ],
    [
      { ...row, answer: "C" },
      { kind: "answer-conflict", repaired: "C, from answer" },
    ],
  ])("tells the fault and what was read (%#)", (faulty, fault) =>
    expect(audit(faulty)[0]).toMatchObject({ index: 7, ...fault }),
  );

  it("takes no item for a repeat that has other options, or the same ones by other letters", () => {
    const other = [...row.action_list.slice(0, 2), "C. Call an ambulance."];
    const moved = ["A. Call for help.", "B. Throw the ring.", "C. Wait."];
    expect(audit(row, { ...row, index: 8, action_list: other }, { ...row, index: 9, action_list: moved })).toEqual([]);
  });

  it("finds items that name one file for pictures from different addresses", () => {
    const named = (index: number, image_url: string) => ({
      ...row,
      index,
      image_url,
      situation_description: `${index}`,
      image_file: "same.png",
    });
    const [first, second, third] = [named(1, "http://a/1"), named(2, "http://a/2"), named(3, "http://a/1")];
    expect(audit(first, third)).toEqual([]);
    expect(audit(first, second, third)).toEqual(
      [1, 2, 3].map((index) => ({
        index,
        kind: "shared-picture",
        detail: "same.png is the picture of items 1, 2, 3, which have different addresses",
        repaired: "not fetched",
      })),
    );
  });

  it("finds a repeat, whatever its picture and index", () => {
    expect(audit(row, { ...row, index: 8, image_file: "8.png" })).toEqual([
      { index: 8, kind: "repeat", detail: "asks the same as item 7", repaired: "one cluster with it" },
    ]);
  });
});

it("loads what the pocket world draws", () => {
  const drawn = drawItems("test", 20, 1);
  const items = load(drawn.map((d) => d.row));
  expect(items.map((i) => i.gold)).toEqual(drawn.map((d) => d.row.answer));
  expect(items.every((i) => i.options.length === 5 && i.situation)).toBe(true);
});

/** VIVA's own file: its licence keeps it out of this project, so it is read where it is beside the project. */
const viva = "../shared/viva/VIVA_annotation.json";
if (!existsSync(viva)) console.warn(`NOT RUN: tests on VIVA's own file, as there is no ${viva}`);

describe.skipIf(!existsSync(viva))("VIVA's own file", () => {
  const rows = () => JSON.parse(readFileSync(viva, "utf8").replace(/: NaN\b/g, ": null")) as (typeof row)[];

  it("gives 1,240 items, all with a gold letter", () => {
    const items = loadBenchmark(viva, "pictures");
    expect(items).toHaveLength(1240);
    const count = (letter: string) => items.filter((i) => i.gold === letter).length;
    expect(["A", "B", "C", "D", "E"].map(count)).toEqual([419, 266, 224, 250, 81]);
    const withoutGold = (some: typeof items) => some.filter((i) => !i.options.some((o) => o.letter === i.gold));
    expect(withoutGold(items)).toEqual([]);
    expect(items.every(({ options }) => options.map(({ letter }) => letter).join("") === "ABCDE")).toBe(true);
    const published = loadBenchmark(viva, "pictures", { asPublished: true });
    expect(withoutGold(published).map((i) => i.index)).toEqual([244, 295, 296, 409]);
    expect(items.filter((item, i) => item.options.length !== published[i]!.options.length)).toHaveLength(4);
    expect(items.filter((i) => i.situation === "").map((i) => i.index)).toEqual([236, 237]);
  });

  it("has the faults that were counted in it by hand", () => {
    const { items, faults } = auditBenchmark(viva);
    const count = (kind: string) => faults.filter((fault) => fault.kind === kind).length;
    const kinds = ["nan", "null-answer", "missing-gold-option", "label-mismatch", "answer-conflict", "repeat"];
    expect(kinds.map(count)).toEqual([8, 17, 4, 4, 0, 73]);
    expect(new Set(clustersOf(items)).size).toBe(1167);
    expect(faults.filter(({ repaired }) => repaired === null)).toEqual([]);
    const published = summarizeAudit(auditBenchmark(viva, "pictures", { asPublished: true }));
    expect(published.unrepaired).toEqual([244, 295, 296, 409]);
  });

  it("has answers in its text that agree with all 1,223 that it states", () => {
    const stated = rows().filter((r) => r.answer !== null);
    expect(stated).toHaveLength(1223);
    expect(stated.filter((r) => answerInText(r.action_answer) !== r.answer)).toEqual([]);
  });
});
