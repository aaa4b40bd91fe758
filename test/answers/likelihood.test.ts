import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readLikelihoods, scoreReplies, scorers, scorersFor } from "../../lib/answers/index";
import { loadBenchmark } from "../../lib/benchmark/index";
import { drawItems } from "../../lib/pocket/index";
import { comparePredictions } from "../../lib/show/index";

const folder = mkdtempSync(join(tmpdir(), "wov-likelihood-"));
afterAll(() => rmSync(folder, { recursive: true }));
const benchmark = join(folder, "benchmark.json");
writeFileSync(benchmark, JSON.stringify(drawItems("test", 3, 3).map(({ row }) => row)));
const items = loadBenchmark(benchmark);
const write = (name: string, lines: unknown[]) => {
  const file = join(folder, name);
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return file;
};
const options = ["A", "B", "C"].map((letter) => ({ letter, text: `Option ${letter}.` }));

it.each([
  [{ A: -2, B: -0.2, C: -3 }, "B"],
  [{ A: -2, B: -0.2 }, null], // C may be more likely
  [{ A: -2, B: -0.2, C: -3, D: -0.1 }, "B"], // no option of the item
  [{ A: -0.2, B: -0.2, C: -3 }, null],
  [{}, null],
])("of %j, the likeliest is %s", (values, letter) => {
  expect(scorers.likelihood("C", options, { letter: values })).toBe(letter);
  expect(scorers["likelihood-text"]("C", options, { letter: { A: 0, B: -1, C: -1 }, text: values })).toBe(letter);
});

it("is unparsed where nothing is recorded, whatever the reply says", () => {
  expect(scorers.likelihood("B", options)).toBeNull();
  expect(scorers["likelihood-text"]("B", options, { letter: { A: 0, B: -1, C: -1 } })).toBeNull();
});

/** Replies that name the right option, with likelihoods under which another one is the likeliest by its text. */
const lines = items.map(({ index, options: some, gold }, i) => {
  const letter = Object.fromEntries(some.map((option) => [option.letter, option.letter === gold ? -0.1 : -4]));
  const text = Object.fromEntries(some.map((option) => [option.letter, option.letter === gold ? -9 : -1 - i]));
  return { custom_id: `${index}`, reply: gold, likelihood: { letter, text } };
});

it("is read from the file of replies, and scored beside them", () => {
  const likelihoods = readLikelihoods(write("r.jsonl", lines), items);
  expect(likelihoods.get(items[0]!.index)).toEqual(lines[0]!.likelihood);
  const correct = (scorer: keyof typeof scorers) => scoreReplies(items, () => "–", scorer, { likelihoods }).correct;
  expect([correct("strict"), correct("likelihood"), correct("likelihood-text")]).toEqual([0, 3, 0]);
  const judgeReplies = new Map(items.map(({ index, gold }) => [index, gold]));
  expect(scoreReplies(items, () => "–", "likelihood", { judgeReplies }).unparsed).toBe(3);
  expect(scoreReplies(items, () => "–", "viva", { judgeReplies }).correct).toBe(3);
});

it("is looked for only where it is recorded", () => {
  const names = (some: unknown[]) => scorersFor(readLikelihoods(write("s.jsonl", some), items).values());
  const plain = lines.map(({ likelihood: _, ...rest }) => rest);
  const letters = lines.map(({ likelihood: { letter }, ...rest }) => ({ ...rest, likelihood: { letter } }));
  expect(names(plain)).toEqual(["strict", "viva", "praxis"]);
  expect(names([...plain.slice(1), letters[0]!])).toEqual(["strict", "viva", "praxis", "likelihood"]);
  expect(names(lines)).toEqual(["strict", "viva", "praxis", "likelihood", "likelihood-text"]);
});

it("can be compared", () => {
  const likelihoods = readLikelihoods(write("r.jsonl", lines), items);
  const none = new Map(items.map(({ index }) => [index, ""]));
  const { before, after, gained } = comparePredictions(items, [none, none], "likelihood", [undefined, likelihoods]);
  expect([before.correct, after.correct, gained]).toEqual([0, 3, 3]);
});
