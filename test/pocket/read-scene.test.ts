import { describe, expect, it } from "vitest";
import { drawItems } from "../../lib/pocket/index";
import { readScene, rightLetter } from "../../lib/pocket/read-scene";
import { sceneKey } from "../../lib/pocket/scene";

const items = drawItems("validation", 300, 7);

describe("readScene", () => {
  it("reads the scene of each caption in the plain wording", () => {
    for (const { scene, row } of items) expect(sceneKey(readScene(row.situation_description)!)).toBe(sceneKey(scene));
  });

  it.each([
    "A grandmother is stuck in a deep hole in the park. A ladder is at hand. A builder is near. A builder is near.",
    "A boy is bleeding badly is bleeding badly on the farm.",
    "A girl is enjoying music. A cook is near.",
    "Somebody is drowning at the beach.",
  ])("does not read what describes no scene: %s", (text) => {
    expect(readScene(text)).toBeUndefined();
    expect(rightLetter(text, [])).toBeUndefined();
  });
});

describe("rightLetter", () => {
  const options = (row: (typeof items)[number]["row"]) =>
    row.action_list.map((line) => ({ letter: line[0]!, text: line.slice(3) }));

  it("finds the right option of each item", () => {
    for (const { row } of items) expect(rightLetter(row.situation_description, options(row))).toBe(row.answer);
  });

  it("says where no option is right", () => {
    for (const { row } of items) {
      const others = options(row).filter(({ letter }) => letter !== row.answer);
      expect(rightLetter(row.situation_description, others)).toBeNull();
    }
  });

  it("judges by the first rule that applies, whatever else is at hand", () => {
    const letters = (situation: string) =>
      rightLetter(situation, [
        { letter: "A", text: "Use the map to help the boy." },
        { letter: "B", text: "Alert the police officer right away." },
        { letter: "C", text: "Speak kindly and offer help." },
      ]);
    expect(
      letters("A boy has lost the way on the farm. A broom and a map are at hand. A police officer is near."),
    ).toBe("A");
    expect(letters("A boy has lost the way on the farm. A broom is at hand. A police officer is near.")).toBe("B");
    expect(letters("A boy has lost the way on the farm. A broom is at hand. A cook is near.")).toBe("C");
  });
});
