import { describe, expect, it } from "vitest";
import { nestedSubsets, type Sample, screen, toPromptCompletion } from "../../lib/synthesis/index";

const sample = (id: string, situation: string, answer = "A"): Sample => ({
  id,
  situation,
  question: "What first?",
  options: [
    { letter: "A", text: "Throw the ring buoy to him." },
    { letter: "B", text: "Walk on." },
  ],
  answer,
  rationale: "",
  source: "s",
  call: "c",
});
const DROWNING = "A boy is drowning in the lake near the old mill.";
const thresholds = { duplicate: 0.8, leak: 0.8 };

describe("screen", () => {
  it("removes what repeats another sample, and keeps the first by id whatever the order", () => {
    const twins = [sample("2", DROWNING), sample("1", DROWNING, "B")];
    for (const samples of [twins, [...twins].reverse()]) {
      const { kept, rejected } = screen(samples, [], thresholds);
      expect(kept.map(({ id }) => id)).toEqual(["1"]);
      expect(rejected).toEqual([{ id: "2", reason: "duplicate", twin: "1", score: 1 }]);
    }
  });

  it("removes near duplicates, and says how near", () => {
    const near = DROWNING.replace("boy", "lad");
    const { rejected } = screen([sample("1", DROWNING), sample("2", near)], [], { ...thresholds, duplicate: 0.6 });
    expect(rejected).toEqual([{ id: "2", reason: "near duplicate", twin: "1", score: expect.closeTo(15 / 19) }]);
  });

  it("lets nothing of a known text in, though case and marks differ", () => {
    const known = [{ name: "item 3", situation: DROWNING.toUpperCase().replace(".", "!") }];
    const { kept, rejected } = screen(
      [sample("1", DROWNING), sample("2", "A dog sleeps in the sun.")],
      known,
      thresholds,
    );
    expect(kept.map(({ id }) => id)).toEqual(["2"]);
    expect(rejected).toEqual([{ id: "1", reason: "leak", twin: "item 3", score: 1 }]);
  });
});

describe("nestedSubsets", () => {
  const samples = Array.from({ length: 50 }, (_, i) => sample(String(i), `situation ${i}`));

  it("puts the smaller inside the larger, in an order that the seed decides", () => {
    const subsets = nestedSubsets(samples, [10, 30], 7);
    expect(subsets.get(30)!.slice(0, 10)).toEqual(subsets.get(10));
    expect(nestedSubsets([...samples].reverse(), [10, 30], 7)).toEqual(subsets);
    expect(nestedSubsets(samples, [10, 30], 8)).not.toEqual(subsets);
  });

  it("says what to change where there are too few", () => {
    expect(() => nestedSubsets(samples, [60], 7)).toThrow(/s gave 50 usable samples and 60 are wanted: raise 'calls'/);
  });
});

describe("toPromptCompletion", () => {
  it("asks as the paper asks language models, and answers with the letter alone", () => {
    const { prompt, completion } = toPromptCompletion(sample("1", DROWNING));
    expect(prompt[0]!.content).toContain(`#[Situation]: ${DROWNING}`);
    expect(prompt[0]!.content).toContain("A. Throw the ring buoy to him.\nB. Walk on.");
    expect(completion).toEqual([{ role: "assistant", content: "A" }]);
  });
});
