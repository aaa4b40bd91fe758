import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { breakDown, describePredictions, readPredictions } from "../../lib/answers/index";
import type { Item } from "../../lib/benchmark/index";

const folder = mkdtempSync(join(tmpdir(), "wov-predictions-"));
afterAll(() => rmSync(folder, { recursive: true }));

const item = (index: number, gold: string, category = "Child Safety", letters = "ABC"): Item => ({
  index,
  image: "",
  options: [...letters].map((letter) => ({ letter, text: `Do ${letter}.` })),
  gold,
  category,
  situation: `Situation ${index}`,
});
const items = [item(1, "A"), item(2, "B"), item(3, "C", "Norm Situation"), item(4, "A", "Norm Situation", "BC")];

function write(content: unknown[] | string, name = "predictions.jsonl"): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : content.map((line) => JSON.stringify(line)).join("\n"));
  return file;
}
const batchLine = (id: string, content: string | null) => ({
  custom_id: id,
  response: { status_code: 200, body: { choices: [{ message: { content } }] } },
  error: null,
});

describe("predictions", () => {
  const wanted = new Map([
    [1, "A"],
    [2, "B"],
    [3, "A"],
    [4, "B"],
  ]);
  const values = [...wanted].map(([index, reply]) => ({ index, reply }));

  it("are read from JSON Lines", () => expect(readPredictions(write(values), items)).toEqual(wanted));
  it("are read from a JSON list", () =>
    expect(readPredictions(write(JSON.stringify(values, null, 2)), items)).toEqual(wanted));
  it.each(["prediction", "pred", "output", "response"])("may have their text under %s", (key) => {
    const lines = [...wanted].map(([id, reply]) => ({ id: String(id), [key]: reply }));
    expect(readPredictions(write(lines), items)).toEqual(wanted);
  });
  it("may have their text under a key that is named", () => {
    const lines = values.map(({ index, reply }) => ({ index, reply: "no", said: reply }));
    expect(readPredictions(write(lines), items, { textKey: "said" })).toEqual(wanted);
  });
  it("may be OpenAI's batch output, or the folder of a run", () => {
    const lines = [...wanted].map(([index, reply]) => batchLine(String(index), reply));
    mkdirSync(join(folder, "run"));
    expect(readPredictions(write(lines), items)).toEqual(wanted);
    write(lines, "run/records.jsonl");
    expect(readPredictions(join(folder, "run"), items)).toEqual(wanted);
  });

  it.each([
    ["a missing item", values.slice(1), /no prediction for 1 of 4 items \(1\)\. Add them$/],
    ["two that differ", [...values, { index: 1, reply: "C" }], /line 5: a second prediction for item 1, which differs/],
    ["an unknown one", [...values, { index: 99, reply: "A" }], /line 5: index 99 is not an item/],
    ["no item key", [{ reply: "A" }], /line 1: has no item/],
    ["no text key", [{ index: 1, text: "A" }], /item 1.*has no text; expected the key reply, .*response$/],
    ["a number as text", [{ index: 1, reply: 3 }], /reply is 3; expected the model's text/],
    ["a line that is not JSON", `${JSON.stringify(values[0])}\n{oops`, /line 2 is not JSON/],
    ["an empty file", "", /is empty/],
    ["a file of other things", "[]", /holds no reply/],
  ])("name %s", (_, content, message) =>
    expect(() => readPredictions(write(content as never), items)).toThrow(message),
  );

  it("name a file that is not there", () => expect(() => readPredictions("nowhere", items)).toThrow(/no such file/));

  it("end an error with the caller's advice, and name no option of their own", () => {
    const advice = { missing: "Pass --some", textKey: "Pass --key" };
    const read = (lines: unknown[]) => () => readPredictions(write(lines), items, { advice });
    expect(read(values.slice(1))).toThrow(/\(1\)\. Pass --some$/);
    expect(read([{ index: 1, text: "A" }])).toThrow(/response\. Pass --key$/);
  });

  it("are empty where batch output has no content, or an error instead of a response", () => {
    const refused = { custom_id: "1", response: null, error: { code: "content_policy", message: "no" } };
    const failed = { custom_id: "4", response: { status_code: 400, body: { error: { message: "no" } } }, error: null };
    const absent = { custom_id: "3", response: { status_code: 200, body: { choices: [{ message: {} }] } } };
    const replies = readPredictions(write([refused, batchLine("2", null), absent, failed]), items);
    expect([...replies]).toEqual([1, 2, 3, 4].map((index) => [index, ""]));
    expect(breakDown(items, replies, "strict")).toMatchObject({ items: 4, unparsed: 4, missing: 0 });
    expect(readPredictions(write([batchLine("1", "")]), items, { allowMissing: true })).toEqual(new Map([[1, ""]]));
  });

  it("may repeat an item with the same text, or with none before or after", () => {
    const none = { index: 1, reply: null };
    for (const lines of [
      [...values, values[0]],
      [...values, none],
      [none, ...values],
      [...values, none, values[0]],
    ])
      expect(readPredictions(write(lines), items)).toEqual(wanted);
    const refused = { custom_id: "1", response: null, error: { code: "429" } };
    for (const lines of [
      [refused, batchLine("1", "A")],
      [batchLine("1", "A"), refused],
    ])
      expect(readPredictions(write(lines), items, { allowMissing: true })).toEqual(new Map([[1, "A"]]));
  });

  it("are read from output of /v1/responses, and refused by name where it is of an unknown form", () => {
    const line = (body: object) => ({ custom_id: "1", response: { status_code: 200, body }, error: null });
    const output = [
      { type: "reasoning", summary: [] },
      { type: "message", content: [{ type: "output_text", text: "B" }] },
    ];
    expect(readPredictions(write([line({ output })]), items, { allowMissing: true })).toEqual(new Map([[1, "B"]]));
    expect(() => readPredictions(write([line({ candidates: [] })]), items)).toThrow(
      /line 1 \(item 1\): the response has the keys candidates; expected 'choices', or 'output'/,
    );
  });

  it("of batch output are described where they are no whole replies; others say nothing of it", () => {
    const cut = { custom_id: "1", response: { body: { choices: [{ finish_reason: "length", message: {} }] } } };
    const refused = { custom_id: "2", response: null, error: { code: "x" } };
    expect(describePredictions(write([cut, refused, batchLine("3", "A")]))).toEqual([
      "1 request was refused.",
      "1 reply was cut off at the token limit, 1 of them before any text, as while thinking. Ask again with a higher limit.",
    ]);
    expect(describePredictions(write(values))).toEqual([]);
  });

  it("are missing where the text is null or NaN", () => {
    const lines = [{ index: 2, response: null }, { index: 3, reply: null }, values[3]];
    expect(readPredictions(write(lines), items, { allowMissing: true })).toEqual(new Map([[4, "B"]]));
    expect(() => readPredictions(write(lines), items)).toThrow(/no prediction for 3 of 4 items \(1, 2, 3\)/);
    const nan = write(`[{"index": 3, "pred": NaN}, {"index": 4, "pred": "B"}]`);
    expect(readPredictions(nan, items, { allowMissing: true })).toEqual(new Map([[4, "B"]]));
  });
});

describe("a breakdown", () => {
  const replies = new Map([
    [1, "A"],
    [2, "maybe"],
    [3, "A"],
  ]);
  const result = breakDown(items, replies, "strict");

  it("counts what was read, right, unparsed and missing", () => {
    expect(result).toMatchObject({ items: 3, answered: 2, unparsed: 1, missing: 1, correct: 1, accuracy: 1 / 3 });
    expect(result.interval).toMatchObject({ level: 0.95, method: "wilson" });
    expect(result.unparsedExamples).toEqual([{ index: 2, reply: "maybe" }]);
  });

  it("tells right answers by category, right letter and its place, and how often each place was chosen", () => {
    expect(result.byCategory).toEqual({
      "Child Safety": { items: 2, correct: 1, accuracy: 0.5 },
      "Norm Situation": { items: 1, correct: 0, accuracy: 0 },
    });
    expect(result.byGold.C).toEqual({ items: 1, correct: 0, accuracy: 0 });
    expect(result.byPosition["1"]).toEqual({ items: 1, correct: 1, accuracy: 1, chosen: 2 });
  });

  it("puts an item whose list lacks the right option at no place", () => {
    expect(
      breakDown(
        items,
        new Map([
          [4, "B"],
          [1, "A"],
        ]),
        "strict",
      ).byPosition.none,
    ).toMatchObject({ items: 1 });
  });

  it("has no clustered interval for one item, or for repeats of one", () => {
    const one = breakDown(items, new Map([[1, "A"]]), "strict");
    expect(one).toMatchObject({ items: 1, correct: 1, accuracy: 1, clusteredInterval: null });
    const repeated = [items[0]!, { ...items[0]!, index: 9 }];
    const both = new Map([
      [1, "A"],
      [9, "B"],
    ]);
    expect(breakDown(repeated, both, "strict")).toMatchObject({ accuracy: 0.5, clusteredInterval: null });
    expect(result.clusteredInterval).toMatchObject({ method: "cluster-robust", clusters: 3 });
  });
});
