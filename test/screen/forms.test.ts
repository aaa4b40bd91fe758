import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_THRESHOLDS, screenFile } from "../../lib/screen/index";
import { toJsonLines } from "../../lib/synthesis/index";
import { makeProject, start } from "../whole/project";

const TEXT = "An old man has dropped all his coins on the floor of the bus.";
const OTHER = "A girl stands before a locked school gate in the rain.";
const json = JSON.stringify;

let root: string;
const file = (name: string) => join(root, name);
const screen = async (content: string | Buffer) => {
  writeFileSync(file("samples"), content);
  const known = [{ name: "k", from: "known", situations: [TEXT], options: [] }];
  const lines = await toJsonLines(file("samples"));
  return screenFile({ file: file("samples"), lines, known, thresholds: DEFAULT_THRESHOLDS });
};
const command = (content: string) => {
  writeFileSync(file("samples"), content);
  const args = ["--samples", file("samples"), "--against", file("known.jsonl"), "--out", file("out.jsonl"), "--json"];
  return start(root, ["screen", ...args], {}).ended;
};
const out = () => readFileSync(file("out.jsonl"), "utf8");

beforeAll(() => {
  root = makeProject();
  writeFileSync(file("known.jsonl"), `${json({ id: "k", text: TEXT })}\n`);
});
beforeEach(() => writeFileSync(file("out.jsonl"), "before\n"));
afterAll(() => rmSync(root, { recursive: true }));

describe("a file of samples is read as", () => {
  const rows = [{ text: OTHER }, { text: TEXT }];
  it.each([
    ["JSON Lines", rows.map((row) => json(row)).join("\n")],
    ["a JSON list in one line", json(rows)],
    ["a JSON list over several lines", json(rows, null, 2)],
    ["a list under a key", json({ data: rows })],
    ["a list under any key", json({ zeilen: rows })],
    ["a list under a key, over several lines", `\uFEFF${json({ version: 1, rows }, null, 1)}`],
    [
      "Alpaca",
      json([
        { instruction: "Judge.", input: OTHER, output: "x" },
        { instruction: "Judge.", input: TEXT, output: "x" },
      ]),
    ],
    [
      "ShareGPT",
      json(
        [OTHER, TEXT].map((value) => ({
          conversations: [
            { from: "human", value },
            { from: "gpt", value: "Yes." },
          ],
        })),
      ),
    ],
    ["Python's NaN", rows.map((row) => json({ ...row, score: 0 }).replace("0}", "NaN}")).join("\n")],
  ])("%s", async (_, content) => {
    const { read, rejected } = await screen(content);
    expect([read, rejected.map(({ line, reason, twin }) => [line, reason, twin])]).toEqual([
      2,
      [[2, "contamination", "k"]],
    ]);
  });

  it("one sample in one line, whatever it holds", async () => {
    const messages = [OTHER, TEXT].map((content) => ({ role: "user", content }));
    expect(await screen(json({ messages }))).toMatchObject({ read: 1, kept: 0 });
    const options = [{ letter: "A", text: "Go." }];
    expect(await screen(json({ text: TEXT, options }))).toMatchObject({ read: 1, kept: 0 });
  });

  it("Parquet", async () =>
    expect(await screen(readFileSync("test/synthesis/fixtures/problems.parquet"))).toMatchObject({
      read: 3,
      counts: {},
    }));
});

describe("a file is refused that is", () => {
  it.each<[string, string | Buffer, RegExp]>([
    [
      "CSV",
      `id,text\n1,"${OTHER}"\n`,
      /none of its 2 lines can be read \(not JSON 2\); the first begins with "id,text".*CSV/,
    ],
    ["gzip", gzipSync(json({ text: OTHER })), /compressed with gzip; unpack it first/],
    ["UTF-16", Buffer.from(`\uFEFF${json({ text: OTHER })}`, "utf16le"), /is UTF-16; save it as UTF-8/],
    ["bytes", Buffer.from([1, 0, 2, 0, 3]), /is not a text file/],
    ["broken JSON", `[${json({ text: OTHER })},\n`, /cannot be read as JSON/],
    [
      "rows without a text",
      `${json({ a: 1, b: "x" })}\n${json({ a: 2 })}\n`,
      /\(no text 2\); the first has the keys 'a', 'b'\. Expected .*'messages'/,
    ],
    ["an empty list", "[]", /is empty/],
    ["nothing", "", /is empty/],
  ])("%s, in words", async (_, content, message) => expect(screen(content)).rejects.toThrow(message));
});

describe("its --out", () => {
  it("has the rows that stay, as JSON Lines, whatever the file's form", async () => {
    expect((await command(json([{ text: OTHER }, { text: TEXT }], null, 2))).code).toBe(0);
    expect(out()).toBe(`${json({ text: OTHER })}\n`);
  });

  it.each([
    [2, "none of its 1 lines can be read", json({ a: 1 })],
    [1, "No sample was kept, so --out", json({ text: TEXT })],
  ])("stays as it was where nothing is kept: exit code %d, %s", async (code, message, content) => {
    const ended = await command(content);
    expect([ended.code, ended.stderr, out()]).toEqual([code, expect.stringContaining(message), "before\n"]);
  });
});
