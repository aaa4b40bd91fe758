import { describe, expect, it } from "vitest";
import { createRandom } from "../../lib/random";
import { groupSimilar, type Known, type Screenable, screen } from "../../lib/screen/index";
import { hashWords, jaccard, shinglesOf, toSet } from "../../lib/screen/shingles";
import { edit, makeKnown, makeText } from "../bench/screen-set";

const sample = (id: string, situation: string, options = ["Throw the ring buoy to him.", "Walk on."]): Screenable => ({
  id,
  situation,
  options,
});
const known = (situation: string, options: string[] = []): Known => ({
  name: "item 3",
  from: "benchmark",
  situations: [situation],
  options,
});
const DROWNING = "A boy is drowning in the lake near the old mill.";
const thresholds = { duplicate: 0.8, contamination: 0.8 };

describe("screen", () => {
  it("removes what repeats another sample, and keeps the first by id whatever the order", () => {
    const twins = [sample("2", DROWNING), sample("1", DROWNING, ["Walk on.", "Throw the ring buoy to him."])];
    for (const samples of [twins, [...twins].reverse()]) {
      const { kept, rejected } = screen(samples, [], thresholds);
      expect(kept.map(({ id }) => id)).toEqual(["1"]);
      expect(rejected).toEqual([{ id: "2", reason: "duplicate", twin: "1", twinFrom: "samples", score: 1 }]);
    }
  });

  it("removes near duplicates, and says how near", () => {
    const near = DROWNING.replace("boy", "lad");
    const { rejected } = screen([sample("1", DROWNING), sample("2", near)], [], { ...thresholds, duplicate: 0.6 });
    const score = 12 / 16; // of 14 runs of three words in each, the two with "boy" or "lad" differ
    expect(rejected).toEqual([{ id: "2", reason: "near duplicate", twin: "1", twinFrom: "samples", score }]);
  });

  it("lets nothing of a known text in, though case and marks differ", () => {
    const samples = [sample("1", DROWNING), sample("2", "A dog sleeps in the sun.")];
    const { kept, rejected } = screen(samples, [known(DROWNING.toUpperCase().replace(".", "!"))], thresholds);
    expect(kept.map(({ id }) => id)).toEqual(["2"]);
    expect(rejected).toEqual([{ id: "1", reason: "contamination", twin: "item 3", twinFrom: "benchmark", score: 1 }]);
  });

  it("compares options with a known text's where that is asked for", () => {
    const item = known("Something else altogether happens here.", ["Walk on.", "Throw the ring buoy to him."]);
    expect(screen([sample("1", DROWNING)], [item], thresholds).rejected).toEqual([]);
    expect(
      screen([sample("1", DROWNING)], [item], { ...thresholds, contaminationOptions: 0.9 }).rejected,
    ).toMatchObject([{ reason: "contamination", twin: "item 3", score: 1 }]);
  });

  it("keeps one of several with the same id, the same one whatever the order", () => {
    const both = [sample("1", DROWNING), sample("1", "A dog sleeps in the warm sun.")];
    const [one, other] = [screen(both, [], thresholds), screen([...both].reverse(), [], thresholds)];
    expect(one.rejected).toMatchObject([{ id: "1", reason: "duplicate id" }]);
    expect(other.kept).toEqual(one.kept);
  });

  it("compares scripts that set no blanks sign by sign", () => {
    const [one, two] = ["一个男孩在湖里溺水了，旁边有一个救生圈。", "一个女孩在湖里溺水了，旁边有一个救生圈。"];
    const { rejected } = screen([sample("1", one, []), sample("2", two, [])], [], { ...thresholds, duplicate: 0.6 });
    expect(rejected).toMatchObject([{ id: "2", reason: "near duplicate" }]);
  });
});

describe("on planted pairs", () => {
  const random = createRandom("test", "planted");
  const whole = ({ situation, options }: { situation: string; options: string[] }) =>
    toSet(shinglesOf([situation, ...options].map(hashWords)));
  const pairs = Array.from({ length: 600 }, (_, i) => {
    const one = makeText(`${i}-a`, random);
    return [one, edit(one, `${i}-b`, random, random.int(25))] as const;
  });
  const gone = new Set(screen(pairs.flat(), [], { duplicate: 0.7, contamination: 0.5 }).rejected.map(({ id }) => id));
  const similarity = pairs.map(([a, b]) => jaccard(whole(a), whole(b)));

  it("at least 99 % of those from 0.8 on are found", () => {
    const near = pairs.filter((_, i) => similarity[i]! >= 0.8);
    expect(near.length).toBeGreaterThan(100);
    expect(near.filter(([, b]) => gone.has(b.id)).length / near.length).toBeGreaterThanOrEqual(0.99);
  });

  it("none under 0.6 goes", () => {
    const far = pairs.filter((_, i) => similarity[i]! < 0.6);
    expect(far.length).toBeGreaterThan(50);
    expect(far.filter(([, b]) => gone.has(b.id))).toEqual([]);
  });

  it("a known text is found in what was made from it", () => {
    const items = makeKnown(50);
    const contaminated = items.map((item, i) => edit({ ...item, options: [] }, `l-${i}`, random, 2));
    const texts = items.map(({ id, situation }) => ({
      name: id,
      from: "benchmark",
      situations: [situation],
      options: [],
    }));
    const { rejected } = screen(contaminated, texts, { duplicate: 1, contamination: 0.5 });
    expect(rejected.filter(({ id, twin }) => twin === `item ${Number(id.slice(2)) + 1}`).length).toBeGreaterThan(48);
  });
});

it("groupSimilar joins what resembles each other, directly or through others", () => {
  const chain = [DROWNING, DROWNING.replace("boy", "lad"), DROWNING.replace("boy", "lad").replace("old", "new")];
  const texts = ["A dog sleeps in the warm sun of May.", ...chain].map((text, i) => sample(String(i), text, []));
  expect(groupSimilar(texts, 0.4)).toEqual([0, 1, 1, 1]);
});
