import { describe, expect, it } from "vitest";
import { drawItems, rightAction, seedQuestions, TEST_ITEMS } from "../../lib/pocket/index";
import { actionText } from "../../lib/pocket/rules";
import { sceneKey } from "../../lib/pocket/scene";
import { createRandom } from "../../lib/random";
import { hashOf } from "../../lib/store/index";
import { pictureLines, textLines, trainingScenes } from "../../remote/tiny_models/corpus";
import { loadRows } from "./rows";

const test = drawItems("test", TEST_ITEMS, 7);

describe("the test items", () => {
  it("are the same on every machine", () => {
    expect(hashOf(test.map(({ row }) => row))).toMatchInlineSnapshot(
      `"a88846d2bcda363d159fb52dfb9f0c781dd0d9fe0a9180def0c01836e9b3158d"`,
    );
    expect(hashOf(test.map(({ picture }) => picture.svg))).toMatchInlineSnapshot(
      `"4c75836181bc6a48c0b7d12bdfa057b0522f8509a75dd0fdc5d570b83e667798"`,
    );
  });

  it("have one right option each, under the letter that the row names", () => {
    for (const { scene, row } of test) {
      const right = row.action_list.filter((line) => line.slice(3) === actionText(rightAction(scene), scene));
      expect(right).toEqual([expect.stringMatching(new RegExp(`^${row.answer}\\. `))]);
      expect(new Set(row.action_list.map((line) => line.slice(3))).size).toBe(5);
    }
  });

  it("have balanced letters", () => {
    for (const letter of "ABCDE") expect(test.filter(({ row }) => row.answer === letter)).toHaveLength(TEST_ITEMS / 5);
  });

  it("are scenes that all differ, and none of a validation item or a seed question", () => {
    const keys = test.map(({ scene }) => sceneKey(scene));
    const validation = drawItems("validation", 600, 7).map(({ scene }) => sceneKey(scene));
    expect(new Set([...keys, ...validation]).size).toBe(TEST_ITEMS + 600);
    const situations = new Set(seedQuestions().map(({ situation }) => situation));
    expect(test.filter(({ row }) => situations.has(row.situation_description))).toEqual([]);
  });

  it("are read by the loader of VIVA's files", () => {
    const items = loadRows(test.map(({ row }) => row));
    expect(items).toHaveLength(TEST_ITEMS);
    expect(items[0]).toMatchObject({
      index: 1,
      gold: test[0]!.row.answer,
      situation: test[0]!.row.situation_description,
    });
  });
});

describe("what brings up the tiny models", () => {
  it("holds no scene of the test or of validation", () => {
    const held = new Set([...test, ...drawItems("validation", 600, 7)].map(({ scene }) => sceneKey(scene)));
    const draw = trainingScenes(7, 600, createRandom("a test"));
    for (let i = 0; i < 20_000; i++) expect(held.has(sceneKey(draw()))).toBe(false);
  });

  it("holds no test item's situation with its question", () => {
    const random = createRandom("another test");
    const draw = trainingScenes(7, 600, random);
    const texts = [...textLines(draw, { lines: 3000, lists: 20 }, random)].map((line) => line.prompt);
    const asked = test.map(
      ({ row }) => `${row.situation_description}\n\n#[Action List]:\n${row.action_list.join("\n")}`,
    );
    expect(asked.filter((item) => texts.some((text) => text.includes(item)))).toEqual([]);
    expect([...pictureLines(draw, 20, random)]).toHaveLength(20);
  });
});
