import type { Batch } from "openai/resources";
import { describe, expect, it } from "vitest";
import { isCrowded, reasonOf } from "../../lib/ask/batch-api";
import { Failure } from "../../lib/ask/failure";
import { countReplies, describeCounts, estimateUsd, textRequest, textsById, tokensOf } from "../../lib/ask/index";
import { failureLine, paidTokens, replyLine, usageOf } from "../../lib/ask/reply";

const decoding = { model: "m", max_tokens: 100, temperature: 0 };
const line = (custom_id: string, content?: string | null, usage?: object | null) => ({
  custom_id,
  response: { status_code: 200, body: { choices: [{ message: { content } }], usage } },
  error: null,
});
const used = (prompt_tokens: number, completion_tokens?: number) => ({ prompt_tokens, completion_tokens });
const refused = { custom_id: "r", response: null, error: { code: "x", message: "no" } };

describe("a reply's text", () => {
  it.each([
    ["B", "B"],
    ["", ""],
    [null, ""],
    [undefined, ""],
  ])("for the content %j is %j", (content, text) =>
    expect(textsById([line("a", content)], "file").get("a")).toBe(text),
  );

  it("is found by id, and empty where the request was refused", () => {
    expect([...textsById([line("a", "B"), refused], "file")]).toEqual([
      ["a", "B"],
      ["r", ""],
    ]);
  });

  it.each([
    { custom_id: 1, response: null },
    { custom_id: "a" },
    { custom_id: "a", response: { body: {} }, error: null },
  ])("is not sought in %j", (other) =>
    expect(() => textsById([line("a", "B"), other], "file")).toThrow(/^file, line 2: not a line of a batch output/),
  );
});

describe("tokens", () => {
  it("of a reply are those that it names", () => {
    expect(usageOf(line("a", "B", used(10, 2)))).toEqual({ prompt: 10, completion: 2 });
    expect(usageOf(line("a", "B", used(10)))).toEqual({ prompt: 10 });
    for (const none of [line("a", "B"), line("a", "B", null), line("a", "B", {}), refused, { custom_id: "a" }])
      expect(usageOf(none)).toEqual({});
  });

  it("of several add up; a shared reply counts once", () => {
    const shared = { ...line("c", "B", used(10, 2)), shared: "a" };
    expect(tokensOf([line("a", "B", used(10, 2)), line("b", "B", used(5, 1)), line("d"), refused, shared])).toEqual({
      prompt: 15,
      completion: 3,
    });
  });

  it("that were paid for are estimated where a reply names none", () => {
    const requests = ["a", "b", "c", "r"].map((id) => textRequest(id, "x".repeat(30), decoding));
    const shared = { ...line("c", "B", used(10, 2)), shared: "a" };
    expect(paidTokens([line("a", "B", used(10, 2)), line("b", "B"), shared, refused, line("z")], requests)).toEqual([
      { prompt: 10, completion: 2 },
      { prompt: 20, completion: 100 },
    ]);
  });

  it("cost what a million of them costs, in and out", () => {
    const requests = ["a", "b"].map((id) => textRequest(id, "x".repeat(30), decoding));
    expect(estimateUsd(requests, { input: 1000, output: 10_000 })).toBeCloseTo((2 * (20 + 1000)) / 1000, 12);
    expect(estimateUsd([], { input: 1000, output: 10_000 })).toBe(0);
  });
});

it("replies and refusals are counted apart", () => {
  expect(countReplies([line("a", "B"), refused, line("b", null)])).toMatchObject({ replies: 2, refused: 1 });
});

it.each([
  [{ code: "too_long", status: 400 }, "too_long"],
  [{ status: 413 }, "413"],
  [{}, "failed"],
])("a failure of %j is recorded with the code %j, as a line that can be read", (more, code) => {
  const record = failureLine("a", new Failure("no", more));
  expect(record).toEqual({ custom_id: "a", response: null, error: { code, message: "no" } });
  expect(replyLine.parse(record)).toEqual(record);
});

describe("a batch that was refused", () => {
  const batch = (status: string, error?: object) => ({ id: "b", status, ...(error && { errors: { data: [error] } }) });
  it.each([
    [batch("failed", { code: "token_limit_exceeded" }), true],
    [batch("failed", { message: "ENQUEUED token limit reached" }), true],
    [batch("failed", { code: "invalid_file", message: "bad" }), false],
    [batch("failed"), false],
    [{ ...batch("failed"), errors: null }, false],
    [batch("expired", { code: "token_limit_exceeded" }), false],
  ])("as %j is crowded out: %s", (given, crowded) => expect(isCrowded(given as Batch)).toBe(crowded));

  it("has a reason", () => {
    expect(reasonOf(batch("failed", { message: "bad" }) as Batch)).toBe("bad");
    for (const none of [batch("failed"), batch("failed", {}), { ...batch("failed"), errors: {} }])
      expect(reasonOf(none as Batch)).toBe("no reason was given");
  });
});

it("what a person should know of replies is said in one sentence each, and nothing where there is nothing to say", () => {
  expect(describeCounts({ replies: 9 })).toEqual([]);
  expect(describeCounts({ refused: 1, notUnderstood: 2, filtered: 1, cutOff: 3 })).toEqual([
    "1 request was refused.",
    "2 answers were not understood, and kept as they came.",
    "1 reply was filtered by the endpoint.",
    "3 replies were cut off at the token limit. Raise the limit.",
  ]);
});
