import { describe, expect, it } from "vitest";
import { DEFAULT_THRESHOLDS, screen } from "../../lib/screen/index";
import { hashWords, jaccard, shinglesOf, toSet, unite } from "../../lib/screen/shingles";

const set = (...hashes: number[]) => Int32Array.from(hashes);

describe("the words of a text", () => {
  it.each([
    ["A Zoo, a Boy & 2 dogs: 09!", "a zoo a boy 2 dogs 09"],
    ["aZ09", "AZ09"],
    ["É, ÉTÉ\u00a0Zoo", "é été zoo"],
    ["ﬁve", "five"],
    ["  \n", ""],
  ])("%j are those of %j", (one, other) => expect(hashWords(one)).toEqual(hashWords(other)));

  it.each<[string, number]>([
    ...[..."/:;@[^`{~-'"].map((mark) => [`a${mark}b`, 2] as [string, number]),
    ["a1b2", 1],
    ["火事", 2],
    ["ひとつ", 3],
    ["カナ", 2],
    ["ไทย", 3],
    ["abc火def", 3],
    ["abcひdefカghiไjkl", 7],
    ["мама мыла раму", 3],
    ["e\u0301te\u0301", 1],
    ["", 0],
  ])("%j are counted: %d", (text, n) => expect(hashWords(text)).toHaveLength(n));

  it("are the same whether other words of the text are ASCII or not", () => {
    expect(hashWords("Zoo boys é").slice(0, 2)).toEqual(hashWords("zoo boys"));
    expect(hashWords("zoo")).not.toEqual(hashWords("ooz"));
  });

  it("of a long text are all there, and those of the next text too", () => {
    const words = Array.from({ length: 3000 }, (_, i) => i.toString(36));
    expect(hashWords(words.join(" "))).toEqual(Int32Array.from(words.flatMap((word) => [...hashWords(word)])));
    expect(new Set(hashWords("a ".repeat(3000))).size).toBe(1);
  });
});

describe("sets of shingles", () => {
  it("hold each once, in order", () => {
    expect(toSet(set(5, -3, 5, 7, -3))).toEqual(set(-3, 5, 7));
    expect(toSet(set(5, 5))).toEqual(set(5));
    expect(toSet(set())).toEqual(set());
  });

  it.each([
    [set(1, 2), set(2, 3), set(1, 2, 3), 1 / 3],
    [set(-2, 4), set(-2, 4), set(-2, 4), 1],
    [set(1), set(), set(1), 0],
    [set(), set(1), set(1), 0],
    [set(), set(), set(), 0],
    [set(1, 5, 9), set(2, 5), set(1, 2, 5, 9), 1 / 4],
  ])("%j and %j unite to %j, and their similarity is %d", (a, b, union, similarity) => {
    expect([unite(a, b), unite(b, a)]).toEqual([union, union]);
    expect([jaccard(a, b), jaccard(b, a)]).toEqual([similarity, similarity]);
  });

  it("are runs of three words of one text; a shorter text is one", () => {
    const of = (...texts: string[]) => shinglesOf(texts.map(hashWords));
    expect(of("a b c d")).toEqual(Int32Array.from([...of("a b c"), ...of("b c d")]));
    expect(of("a b", "", "c d e")).toEqual(Int32Array.from([...of("a b"), ...of("c d e")]));
    expect(of("a b", "c")).toHaveLength(2);
    expect([of("a b"), of("a b c")]).not.toEqual([of("b a"), of("c b a")]);
  });
});

it("long texts are compared by all of their words", () => {
  const words = Array.from({ length: 1000 }, (_, i) => `w${i}`);
  const text = (id: string, some: string[]) => ({ id, situation: some.join(" "), options: [] });
  const samples = [text("1", words), text("2", [...words, "end"]), text("3", words.toReversed())];
  const { rejected } = screen(samples, [], { duplicate: 0.9, contamination: 0.9 });
  expect(rejected).toMatchObject([{ id: "2", reason: "near duplicate", twin: "1", score: 998 / 999 }]);
});

describe("a sample in which two known texts stand", () => {
  const [words, choices] = ["one two three four five six", ["seven eight nine ten", "walk on home"]];
  const sample = { id: "1", situation: words, options: choices };
  const known = (name: string, situation: string, options: string[]) => ({
    name,
    from: "benchmark",
    situations: [situation],
    options,
  });
  const twin = (...texts: ReturnType<typeof known>[]) =>
    screen([sample], texts, DEFAULT_THRESHOLDS).rejected.map(({ twin, score }) => [twin, score]);
  const [longer, other] = ["one two three four five six seven", "a dog sleeps in the sun"]; // 4 of 5 triples

  it("by its situation and by its options is named with the one of which it holds more", () => {
    expect(twin(known("a", longer, ["stay"]), known("b", other, choices))).toEqual([["b", 1]]);
    expect(twin(known("a", words, ["stay"]), known("b", other, ["seven eight nine ten eleven", choices[1]!]))).toEqual([
      ["a", 1],
    ]);
    expect(twin(known("a", longer, ["stay"]), known("b", other, ["stay"]))).toEqual([["a", 4 / 5]]);
    expect(twin(known("b", other, ["stay"]))).toEqual([]);
  });
});
