import { describe, expect, it } from "vitest";
import { controlsText, lettersText, lossText, pilotText, repeatsText } from "../../lib/show/index";
import { captionCell, OWN_LABELS, pictureCell } from "../../lib/study/index";
import { makeResults, resultOf, trainedCell } from "./results";

const pilotOf = (llm: number, vlm: number) =>
  makeResults({ found: [resultOf(captionCell("llm"), llm), resultOf(pictureCell("vlm"), vlm)] });

describe("the text of the pilot study", () => {
  it("says by how much the language model is ahead, and what follows for the model that wrote the captions", () => {
    expect(pilotText(pilotOf(36, 20), "vlm")).toBe(
      "LLM, which reads captions, is 40.0 points more accurate than VLM, which is built on it and sees the pictures. " +
        "VLM wrote the captions itself. So it sees enough for the better choices, and decides worse.",
    );
  });

  it("says the opposite of opposite results", () => {
    const text = pilotText(pilotOf(20, 36), "vlm");
    expect(text).toContain("40.0 points less accurate");
    expect(text).toContain("does not show that it decides worse");
  });

  it("calls nothing a difference that may be chance", () => {
    const text = pilotText(pilotOf(21, 20), "vlm");
    expect(text).toContain("no clear difference (+2.5 points, p 1.0)");
    expect(text).toContain("does not show that it decides worse");
  });

  it("is empty while a number is missing", () => {
    expect(pilotText(makeResults({ found: [resultOf(captionCell("llm"), 5)] }))).toBe("");
  });
});

it("the text of the losses puts the highest first, for each model", () => {
  const results = makeResults();
  const curves = results.curves.map((curve, i) => ({ ...curve, loss: [{ step: 1, loss: i / 10 }] }));
  expect(lossText({ ...results, curves })).toBe(
    "Loss at the end, the highest first. VLM: 0.30 on the text of Llm, 0.10 on that of Teacher; " +
      "OTHER VLM: 0.70 on the text of Llm, 0.50 on that of Teacher.",
  );
  expect(lossText({ ...results, curves: [] })).toBe("");
});

describe("the text of the controls", () => {
  const found = (shuffled: number, own: number, taught: number) => [
    resultOf(pictureCell("vlm"), 20),
    resultOf(trainedCell("vlm", "teacher", 20), taught),
    resultOf({ ...trainedCell("vlm", "teacher", 20), variant: "shuffled-picture" as const }, shuffled),
    resultOf(trainedCell("vlm", OWN_LABELS, 20), own),
  ];

  it("says that pictures are needed and that training as such does not help, if so", () => {
    expect(controlsText(makeResults({ found: found(20, 21, 34) }))).toBe(
      "With another item's picture, 50.0 % are right; guessing gives 50.0 %. None is clearly above guessing: the models " +
        "need the right picture, and the options alone do not give the answer away. With own labels, accuracy changes by " +
        "+2.5 points, with the teacher's by +35.0: so training as such does not explain the gain.",
    );
  });

  it("says the opposite of opposite results", () => {
    const text = controlsText(makeResults({ found: found(34, 36, 34) }));
    expect(text).toContain("85.0 % are right");
    expect(text).toContain("more than guessing for VLM");
    expect(text).toContain("a part of the gain may come from training as such");
  });

  it("is empty before there are any", () => {
    expect(controlsText(makeResults({ found: [resultOf(pictureCell("vlm"), 20)] }))).toBe("");
  });
});

it("texts about the samples have the numbers of their figures", () => {
  const results = makeResults();
  expect(lettersText(results)).toContain("Teacher: 41.7 to 58.3 % as written, 50.0 % after balancing");
  expect(repeatsText(results)).toContain("Teacher: 2.0 % after 5 calls, 2.0 % after 5");
  expect([lettersText({ ...results, sources: [] }), repeatsText({ ...results, sources: [] })]).toEqual(["", ""]);
});
