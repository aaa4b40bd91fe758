import { describe, expect, it } from "vitest";
import { paperPrompts, scriptPrompts } from "../../lib/prompts/index";
import {
  balanceLetters,
  countLetters,
  planCalls,
  type Sample,
  splitSamples,
  toPromptCompletion,
} from "../../lib/synthesis/index";
import { sample } from "./sample";

const NUMBERS = ["one", "two", "three", "four", "five", "six", "seven"];
const samples = Array.from({ length: 49 }, (_, i) =>
  sample(
    String(i),
    `The ${NUMBERS[i % 7]} of ${NUMBERS[Math.floor(i / 7)]} people near mill number ${i} need some help`,
  ),
);
const how = { validation: 0, sizes: [10, 30], subsets: "nested" as const, cluster: 0.99, seed: 7 };

describe("splitSamples", () => {
  it("puts the smaller inside the larger, in an order that the seed decides", () => {
    const { training } = splitSamples(samples, how);
    expect(training.get(30)!.slice(0, 10)).toEqual(training.get(10));
    expect(splitSamples([...samples].reverse(), how).training).toEqual(training);
    expect(splitSamples(samples, { ...how, seed: 8 }).training).not.toEqual(training);
  });

  it("draws each by itself where that is asked for", () => {
    const { training } = splitSamples(samples, { ...how, subsets: "random" });
    expect(training.get(30)!.slice(0, 10)).not.toEqual(training.get(10));
  });

  it("keeps what resembles each other on one side", () => {
    const twins = samples.slice(0, 40).flatMap((one) => [one, { ...one, id: `${one.id}-twin` }]);
    const { training, validation } = splitSamples(twins, { ...how, validation: 11, sizes: [60], cluster: 0.8 });
    const base = (some: Sample[]) => new Set(some.map(({ id }) => id.replace("-twin", "")));
    expect(validation.length).toBeLessThanOrEqual(11);
    const other = base(training.get(60)!);
    expect([...base(validation)].filter((id) => other.has(id))).toEqual([]);
  });

  it("leaves at most a tenth of the validation set empty where groups do not fit", () => {
    const fives = samples
      .slice(0, 20)
      .flatMap((one) => Array.from({ length: 5 }, (_, i) => ({ ...one, id: `${one.id}-${i}` })));
    const split = (validation: number) => splitSamples(fives, { ...how, validation, cluster: 0.8 });
    expect(split(11).validation).toHaveLength(10);
    expect(() => split(12)).toThrow(/100 usable samples; 30 are needed for training and 12 for validation/);
  });

  it("says what to change where there are too few", () => {
    expect(() => splitSamples(samples, { ...how, sizes: [60] })).toThrow(
      /s gave 49 usable samples; 60 are needed for training and 0 for validation: lower the 'sizes' of this source/,
    );
  });
});

describe("balanceLetters", () => {
  const balanced = balanceLetters(samples, 7);

  it("makes each letter right equally often, and moves the right option with its letter", () => {
    expect(countLetters(balanced)).toEqual({ A: 17, B: 16, C: 16 });
    for (const { options, answer } of balanced)
      expect(options.find(({ letter }) => letter === answer)!.text).toBe("Throw the ring buoy to him.");
  });

  it("notes the order, and does not depend on that of the samples", () => {
    const { options, order } = balanced[3]!;
    expect(options.map(({ text }) => text)).toEqual(order!.map((from) => samples[3]!.options[from]!.text));
    expect(balanceLetters([...samples].reverse(), 7).reverse()).toEqual(balanced);
  });

  it("leaves alone what speaks of places", () => {
    const both = sample("x", "Two need help.", {
      options: [...samples[0]!.options.slice(0, 2), { letter: "C", text: "Both A and B." }],
    });
    expect(balanceLetters([both], 7)).toEqual([both]);
  });
});

describe("toPromptCompletion", () => {
  it("asks as the paper asks language models, and answers with the letter alone", () => {
    const { prompt, completion } = toPromptCompletion(samples[0]!);
    expect(prompt[0]!.content).toContain(`#[Situation]: ${samples[0]!.situation}`);
    expect(prompt[0]!.content).toContain("A. Throw the ring buoy to him.\nB. Walk on.");
    expect(completion).toEqual([{ role: "assistant", content: "A" }]);
  });

  it("asks as the authors' scripts do, and answers with more, where a profile says so", () => {
    const { prompt, completion } = toPromptCompletion(samples[0]!, {
      prompts: scriptPrompts,
      completion: "option-and-rationale",
    });
    expect(prompt[0]!.content).toMatchInlineSnapshot(`
      "You are given a situation and a question. Based on the situation provided, select the most appropriate option to answer the question:
      ## Situation: The one of one people near mill number 0 need some help
      ## Question: What first?
      A. Throw the ring buoy to him.
      B. Walk on.
      C. Call for 0.
      Now answer the question. Just output the choice:"
    `);
    expect(completion[0]!.content).toBe("A. Throw the ring buoy to him.\n\nIt floats.");
    expect(
      toPromptCompletion(samples[0]!, { prompts: paperPrompts, completion: "option" }, "B").completion[0]!.content,
    ).toBe("B. Walk on.");
  });
});

describe("planCalls", () => {
  const plan = { wanted: 100, perCall: 5, maxCalls: 60 };
  const leaves =
    (rate: number, answered = Number.POSITIVE_INFINITY) =>
    (calls: number) =>
      calls <= answered ? Math.floor(rate * calls) : undefined;

  it("asks no more than is wanted where all is kept", () =>
    expect(planCalls(plan, leaves(5))).toEqual({ calls: 20, enough: true }));
  it("asks on by what was left so far", () => {
    expect(planCalls(plan, leaves(4, 20))).toEqual({ calls: 26, enough: false });
    expect(planCalls(plan, leaves(4))).toEqual({ calls: 26, enough: true });
  });
  it("waits for the round that is in flight", () =>
    expect(planCalls(plan, leaves(4, 3))).toEqual({ calls: 20, enough: false }));
  it("gives up where a source repeats itself for ever", () =>
    expect(() => planCalls(plan, () => 1)).toThrow(
      /20 calls gave 1 of 100 samples, 0.05 per call.*'max_calls' allows 60/,
    ));
});
