import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { breakDown, readPredictions } from "../../lib/answers/index";
import type { Item } from "../../lib/benchmark/index";

const folder = mkdtempSync(join(tmpdir(), "wov-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

const items: Item[] = Array.from({ length: 8 }, (_, index) => ({
  index,
  image: "",
  options: [..."ABC"].map((letter) => ({ letter, text: `Do ${letter}.` })),
  gold: "ABC"[index % 3]!,
  category: ["Zoo", "Alps", "Lake"][index % 3]!,
  situation: `Situation ${index}`,
}));
const file = join(folder, "predictions");
const read = (text: string, options: object = { allowMissing: true }) => {
  writeFileSync(file, text);
  return [...readPredictions(file, items, options)];
};
const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join("\n");

describe("a file of predictions", () => {
  it("may begin with a byte order mark, and have blank lines", () =>
    expect(read(`\uFEFF\n${lines({ index: 1, reply: "A" })}\r\n \n${lines({ index: 2, reply: "B" })}\n`)).toEqual([
      [1, "A"],
      [2, "B"],
    ]));

  it.each([
    [{ index: 1, custom_id: "2", id: 3 }, 1],
    [{ index: null, custom_id: "2", id: 3 }, 2],
    [{ index: true, id: 3 }, 3],
  ])("names the item of %j by its first key", (keys, index) =>
    expect(read(lines({ ...keys, reply: "A" }))).toEqual([[index, "A"]]),
  );

  it("has each reply under the first of its keys", () =>
    expect(read(lines({ index: 1, output: "C", prediction: "B", reply: "A" }))).toEqual([[1, "A"]]));

  it.each([
    [
      `[${lines({ index: 1, reply: "A" })}, ${lines({ index: 1, reply: "B" })}]`,
      "entry 2: a second prediction for item 1",
    ],
    [`\n${lines({ index: 1, reply: "A" })}\n\n${lines({ index: 1, reply: "B" })}`, "line 4: a second prediction"],
    [lines("A"), "line 1: has no item; expected one of the keys index, custom_id, id"],
    [lines(null), "line 1: has no item"],
    [lines({ custom_id: "x", reply: "A" }), 'line 1: custom_id "x" is not an item of the benchmark'],
    [lines({ index: 1, response: { text: "A" } }), 'item 1): response is {"text":"A"}; expected the model\'s text'],
    [lines({ index: 1, reply: ["x".repeat(99)] }), `reply is ["${"x".repeat(78)}; expected`],
    [lines({ index: 1 }), "has no text; expected the key reply, prediction, pred, output, response"],
  ])("%s is refused with its place and the reason", (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it("is refused where it lacks the key that was named, though it has a usual one", () =>
    expect(() => read(lines({ index: 1, reply: "A" }), { textKey: "said" })).toThrow(
      /item 1\): has no text; expected the key said$/,
    ));

  it("lists the first five items that it lacks", () => {
    const of = (n: number) => lines(...items.slice(n).map(({ index }) => ({ index, reply: "A" })));
    expect(() => read(of(5), {})).toThrow("no prediction for 5 of 8 items (0, 1, 2, 3, 4). Add them");
    expect(() => read(of(6), {})).toThrow("no prediction for 6 of 8 items (0, 1, 2, 3, 4, …). Add them");
    expect(read(of(0), {})).toHaveLength(8);
  });

  it("says nothing of an item where a response is null and no error says why", () =>
    expect(read(lines({ index: 1, response: null, error: null }, { index: 2, reply: "A" }))).toEqual([[2, "A"]]));

  it("has an empty reply where a line of batch output lacks choices, a message or its content", () => {
    const bodies = [{}, { choices: [] }, { choices: [{}] }, { choices: [{ message: {} }] }, null];
    const text = lines(...bodies.map((body, index) => ({ custom_id: String(index), response: { body } })));
    expect(read(text)).toEqual(bodies.map((_, index) => [index, ""]));
  });

  it("that cannot be read is named, with the system's reason", () => {
    expect(() => readPredictions(join(folder, "none"), items)).toThrow(/none: there is no such file$/);
    expect(() => readPredictions(join(file, "below"), items)).toThrow(/below: ENOTDIR/);
  });
});

describe("a breakdown", () => {
  const long = "I do not know what to do. ".repeat(20);
  const replies = new Map(items.map(({ index }) => [index, index < 6 ? long : "B"]));
  const result = breakDown(items, replies, "strict");

  it("shows the beginnings of the first five replies that say nothing", () => {
    expect(result.unparsed).toBe(6);
    expect(result.unparsedExamples).toEqual([0, 1, 2, 3, 4].map((index) => ({ index, reply: long.slice(0, 200) })));
  });

  it("names its groups in the order of the alphabet, and counts what is right in each", () => {
    expect(Object.keys(result.byCategory)).toEqual(["Alps", "Lake", "Zoo"]);
    expect(Object.keys(result.byGold)).toEqual(["A", "B", "C"]);
    expect(result.byPosition).toEqual({
      "1": { items: 3, correct: 0, accuracy: 0, chosen: 0 },
      "2": { items: 3, correct: 1, accuracy: 1 / 3, chosen: 2 },
      "3": { items: 2, correct: 0, accuracy: 0, chosen: 0 },
    });
  });

  it("has the clusters of repeated items in its interval", () => {
    const twice = [...items, ...items.map((item) => ({ ...item, index: item.index + 8 }))];
    const all = new Map(twice.map(({ index }) => [index, "B"]));
    const [once, both] = [breakDown(items, all, "strict"), breakDown(twice, all, "strict")];
    expect(both.clusteredInterval).toMatchObject({ clusters: 8, level: 0.95, method: "cluster-robust" });
    expect(both.clusteredInterval!.low).toBeCloseTo(once.clusteredInterval!.low, 12);
    expect(both.clusteredInterval!.high).toBeCloseTo(once.clusteredInterval!.high, 12);
    expect(both.interval.high).toBeLessThan(once.interval.high);
    expect((once.clusteredInterval!.low + once.clusteredInterval!.high) / 2).toBeCloseTo(once.accuracy, 12);
  });
});
