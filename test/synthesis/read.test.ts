import { describe, expect, it } from "vitest";
import { seedQuestions } from "../../lib/pocket/index";
import { renderQuestions } from "../../lib/prompts/index";
import { readSamples } from "../../lib/synthesis/index";

const [one, two] = seedQuestions() as [ReturnType<typeof seedQuestions>[0], ReturnType<typeof seedQuestions>[0]];
const reasons = (reply: string) => readSamples(reply, "s", "c").rejected.map(({ reason }) => reason);

describe("readSamples", () => {
  it("reads what renderQuestions writes, with talk around it", () => {
    const { samples, rejected } = readSamples(
      `Sure! Here they are:\n${renderQuestions([one, two])}\nAnything else?`,
      "s",
      "c",
    );
    expect(rejected).toEqual([]);
    expect(samples.map(({ id, situation, answer }) => [id, situation, answer])).toEqual([
      ["s-c-0", one.situation, one.answer],
      ["s-c-1", two.situation, two.answer],
    ]);
  });

  it("mends the form of a list that was cut off, never what a question says", () => {
    const whole = renderQuestions([one, two]);
    const { samples, rejected } = readSamples(whole.slice(0, whole.lastIndexOf('"answer"')), "s", "c");
    expect(samples.map(({ situation }) => situation)).toEqual([one.situation]);
    expect(rejected.map(({ reason }) => reason)).toEqual(["a field is missing"]);
  });

  it("counts what it cannot use, with the reason", () => {
    expect(reasons("I cannot do that.")).toEqual(["not a JSON list"]);
    expect(reasons(JSON.stringify([{ ...one, options: undefined }]))).toEqual(["a field is missing"]);
    expect(reasons(JSON.stringify([{ ...one, options: ["go", "stay"] }]))).toEqual(["an option without its letter"]);
    expect(reasons(JSON.stringify([{ ...one, options: ["A. Go.", "B. Go."] }]))).toEqual(["two equal options"]);
    expect(reasons(JSON.stringify([{ ...one, answer: "F" }]))).toEqual(["the answer is no option"]);
    expect(reasons(JSON.stringify([{ ...one, answer: "Any" }]))).toEqual(["the answer is no option"]);
  });
});
