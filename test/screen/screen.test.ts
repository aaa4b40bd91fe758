import { describe, expect, it } from "vitest";
import { createRandom } from "../../lib/random";
import { groupSimilar, type KnownText, type Screenable, screen } from "../../lib/screen/index";
import { hashWords, jaccard, shinglesOf, toSet } from "../../lib/screen/shingles";
import { edit, makeKnown, makeText } from "../bench/screen-set";

const sample = (id: string, situation: string, options = ["Throw the ring buoy to him.", "Walk on."]): Screenable => ({
  id,
  situation,
  options,
});
const known = (situation: string, options: string[] = []): KnownText => ({
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

  it("names the nearest of several twins, and of equally near ones the first by id", () => {
    const words = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `w${from + i}`).join(" ");
    const text = (id: string, ...runs: [number, number][]) =>
      sample(id, runs.map(([from, to]) => words(from, to)).join(" "), []);
    const [long, short] = [text("1", [0, 20], [100, 112]), text("2", [16, 30], [200, 218])];
    const last = text("3", [0, 30]);
    const twinOf = (...others: Screenable[]) =>
      screen([...others, last], [], { ...thresholds, duplicate: 0.2 }).rejected;
    const [nearer, farther] = [18 / (28 + 30 - 18), 12 / (28 + 30 - 12)];
    expect(farther).toBeGreaterThan(0.2);
    for (const [a, b] of [
      ["1", "2"],
      ["2", "1"],
    ] as const)
      expect(twinOf({ ...long, id: a }, { ...short, id: b })).toMatchObject([{ id: "3", twin: a, score: nearer }]);
    const equal = [text("2", [0, 15], [300, 317]), text("1", [15, 30], [400, 417])];
    expect(twinOf(...equal)).toMatchObject([{ id: "3", twin: "1" }]);
    expect(twinOf({ ...equal[0]!, id: "1" }, { ...equal[1]!, id: "2" })).toMatchObject([{ id: "3", twin: "1" }]);
  });

  it("lets what is less similar to a known text than the threshold stay", () => {
    const words = DROWNING.replace(".", "").split(" ");
    const shared = (n: number) =>
      sample(String(n), [...words.slice(0, n), "x y z u v w".split(" ")].flat().join(" "), []);
    const samples = Array.from({ length: 10 }, (_, i) => shared(i + 1));
    // Of 9 runs of three words, a sample of n shared words has n - 2, and six of its own.
    const scores = samples.map((_, i) => Math.max(0, i - 1) / (9 + 6));
    for (const contamination of [0.1, 0.2, 0.5]) {
      const measure = { contaminationMeasure: "similarity" } as const;
      const { rejected } = screen(samples, [known(DROWNING)], { duplicate: 1, contamination, ...measure });
      expect(rejected.map(({ id, score }) => [id, score]).sort()).toEqual(
        scores.flatMap((score, i) => (score >= contamination ? [[String(i + 1), score]] : [])).sort(),
      );
    }
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

it.each([0.1, 0.2, 0.5, 0.7, 0.95, 1])(
  "finds exactly the pairs that comparing all with all finds, from %d on",
  (threshold) => {
    const random = createRandom("all pairs", threshold);
    // Few words, so that many pairs are similar; short texts and empty ones too.
    const texts = Array.from({ length: 300 }, (_, i) =>
      sample(String(i), Array.from({ length: random.int(12) }, () => `w${random.int(4)}`).join(" "), []),
    );
    const sets = texts.map(({ situation }) => toSet(shinglesOf([hashWords(situation)])));
    const parent = texts.map((_, i) => i);
    sets.forEach((set, i) => {
      for (let j = 0; j < i; j++) {
        const [a, b] = [parent[i]!, parent[j]!];
        if (a !== b && jaccard(set, sets[j]!) >= threshold)
          for (const [k, group] of parent.entries()) if (group === Math.max(a, b)) parent[k] = Math.min(a, b);
      }
    });
    expect(new Set(parent).size).toBeGreaterThan(10);
    expect(new Set(parent).size).toBeLessThan(300);
    expect(groupSimilar(texts, threshold)).toEqual(parent);
  },
);

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

  it("all from the threshold on are found, and no others", () => {
    const near = pairs.filter((_, i) => similarity[i]! >= 0.7);
    expect(near.length).toBeGreaterThan(100);
    expect(pairs.length - near.length).toBeGreaterThan(50);
    expect([...gone].sort()).toEqual(near.map(([, b]) => b.id).sort());
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
