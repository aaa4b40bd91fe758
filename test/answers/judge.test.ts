import { describe, expect, it } from "vitest";
import { itemsToJudge, judgePrompt, scoreReplies } from "../../lib/answers/index";
import { options } from "./replies";

const items = [0, 1, 2, 3].map((index) => ({
  index,
  gold: "B",
  options,
  image: "",
  category: "",
  situation: "",
}));

it("a judge is shown the options and the reply, and may say that none is meant", () => {
  const prompt = judgePrompt("Get the ring!", options);
  for (const { letter, text } of options) expect(prompt).toContain(`${letter}. ${text}`);
  expect(prompt).toMatch(
    /^A model was asked to choose one of these options:\n\nA\. .*\n\nIt replied:\n\nGet the ring!\n/s,
  );
  expect(prompt).toMatch(/Answer with the letter of the most similar option, or Z if it means none:$/);
});

describe("what a judge has said", () => {
  const judged = new Map([
    [0, "B"],
    [1, " Z\n"],
    [2, "The answer is B."],
    [3, "B"],
  ]);
  const unread = "Get the ring!";
  const replies = [unread, unread, unread, "A."];
  const letters = (scorer: "strict" | "viva" | "praxis") =>
    scoreReplies(items, ({ index }) => replies[index]!, scorer, { judgeReplies: judged }).letters;

  it("counts where the authors' rules read nothing, and `strict` ignores it", () => {
    expect(letters("viva")).toEqual(["B", null, "B", "A"]);
    expect(letters("praxis")).toEqual(["B", null, "B", "A"]);
    expect(letters("strict")).toEqual([null, null, null, "A"]);
    expect(scoreReplies(items, () => unread, "viva").letters).toEqual([null, null, null, null]);
  });

  it("is asked of items whose reply one of the authors' scorers cannot read", () => {
    const given = new Map([
      [0, "B."],
      [1, "B) Throw the ring."], // VIVA's script reads nothing
      [2, "B Throw the ring."], // Praxis-VLM's script reads nothing
    ]);
    expect(itemsToJudge(items, given).map(({ index }) => index)).toEqual([1, 2]);
  });
});
