import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { textRequest } from "../../lib/ask/index";
import { openTokenCounter } from "../../lib/tokens/index";
import { openAiPictureTokens } from "../../lib/tokens/openai-pictures";
import { decoding, drawRequests } from "./fixture";

const root = mkdtempSync(join(tmpdir(), "wov-openai-tokens-"));
afterAll(() => rmSync(root, { recursive: true }));

// The cookbook's table: https://developers.openai.com/cookbook/examples/how_to_count_tokens_with_tiktoken
it.each([
  ["antidisestablishmentarianism", 6, 6],
  ["2 + 2 = 4", 7, 7],
  ["お誕生日おめでとう", 9, 8],
  ["tiktoken is great!", 6, 6],
])("counts %j as OpenAI's cookbook does", async (text, cl100k, o200k) => {
  const [gpt4, gpt4o] = [
    await openTokenCounter(root, { openai: "gpt-4" }),
    await openTokenCounter(root, { openai: "gpt-4o" }),
  ];
  expect([gpt4.text(text), gpt4o.text(text)]).toEqual([cl100k, o200k]);
});

it("counts what looks like a special token as text", async () => {
  const counter = await openTokenCounter(root, { openai: "gpt-4o" });
  expect(counter.text("<|endoftext|>")).toBe(7);
});

it.each([
  ["gpt-4o-2024-08-06", "o200k_base (gpt-tokenizer)"],
  ["gpt-4.1-mini", "o200k_base (gpt-tokenizer)"],
  ["o3", "o200k_base (gpt-tokenizer)"],
  ["o4-mini", "o200k_base (gpt-tokenizer)"],
  ["gpt-5.1", "o200k_base (gpt-tokenizer)"],
  ["ft:gpt-4o-mini-2024-07-18:me::1", "o200k_base (gpt-tokenizer)"],
  ["gpt-4-turbo", "cl100k_base (gpt-tokenizer)"],
  ["gpt-3.5-turbo", "cl100k_base (gpt-tokenizer)"],
  ["gpt-neo", "4 characters per token, as its tokenizer is not here"],
  ["o1000", "4 characters per token, as its tokenizer is not here"],
])("counts %s by %s", async (openai, how) => expect((await openTokenCounter(root, { openai })).how).toBe(how));

it("counts a message's marks, its role and the start of the reply", async () => {
  const counter = await openTokenCounter(root, { openai: "gpt-4o" });
  expect(counter.prompt(textRequest("a", "2 + 2 = 4", decoding))).toBe(3 + 1 + 7 + 3);
  const { text, square, two } = drawRequests(root);
  expect(counter.prompt(square!)).toBe(counter.prompt(text!) + 255);
  expect(counter.prompt(two!)).toBe(3 + 1 + counter.text("Which?") + 2 * 255 + 3);
  expect(await openTokenCounter(root, { openai: "gpt-4o" })).toBe(counter);
});

describe("pictures", () => {
  it.each([
    // Examples of https://platform.openai.com/docs/guides/images-vision
    ["gpt-4o", 1024, 1024, 765],
    ["gpt-4o", 2048, 4096, 1105],
    ["gpt-4o-mini", 1024, 1024, 2833 + 4 * 5667],
    ["o1", 1024, 1024, 75 + 4 * 150],
    ["gpt-5", 1024, 1024, 70 + 4 * 140],
    ["o4-mini", 1024, 1024, Math.ceil(1024 * 1.72)],
    ["gpt-4.1-mini", 1800, 2400, Math.ceil(1452 * 1.62)],
    // Measured by users, without the 12 tokens of text: https://community.openai.com/t/1262691
    ["gpt-4o", 128, 64, 255],
    ["gpt-4o-mini", 128, 64, 8500],
    ["gpt-4.1-nano", 128, 64, 20],
    // And by the size itself
    ["gpt-4o", 512, 512, 255],
    ["gpt-4o", 513, 512, 425],
    ["gpt-4o", 1024, 683, 765],
  ])("%s, %i × %i: %i tokens", (model, width, height, tokens) =>
    expect(openAiPictureTokens(model)({ width, height })).toBe(tokens),
  );
});
