import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nearestScores, readLine, readLines } from "../../lib/screen/index";

const folder = mkdtempSync(join(tmpdir(), "wov-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a line", () => {
  it.each(["situation", "situation_description", "text", "prompt", "question", "instruction"])(
    "may have its text under %s",
    (key) => {
      expect(readLine(JSON.stringify({ id: "a", [key]: " A boy falls. " }), 7)).toEqual({
        id: "a",
        situation: "A boy falls.",
        options: [],
      });
    },
  );

  it("may have messages as its text, of which only text counts", () => {
    const messages = [{ content: " A boy" }, { content: [1] }, null, { content: "falls. " }];
    expect(readLine(JSON.stringify({ messages }), 7)).toMatchObject({ situation: "A boy\nfalls." });
  });

  it("has what is asked under several keys", () => {
    const line = { situation: "  ", text: 3, prompt: [], question: "A boy falls.", instruction: "Answer." };
    expect(readLine(JSON.stringify(line), 7)).toMatchObject({ situation: "A boy falls.\nAnswer." });
  });

  it.each([
    [{ id: "a", custom_id: "b", index: 3 }, "a"],
    [{ id: null, custom_id: "b" }, "b"],
    [{ id: ["a"], index: 0 }, "0"],
    [{ id: true }, "line 7"],
  ])("of %j is named %j", (ids, id) =>
    expect(readLine(JSON.stringify({ ...ids, text: "A boy falls." }), 7)).toMatchObject({ id }),
  );

  it.each([
    [{ options: ["A. Go.", "B) Stay."] }, ["Go.", "Stay."]],
    [{ choices: [{ text: "Go." }, { letter: "B" }, null, 3, { text: 4 }] }, ["Go."]],
    [{ options: "A. Go.\nB. Stay here." }, ["Go.", "Stay here."]],
    [{ options: { A: "Go.", B: "Stay." } }, ["Go.", "Stay."]],
    [{ options: [{ value: "A", label: "Go." }] }, ["Go."]],
    [{ action_list: ["Go."] }, ["Go."]],
    [{ actions: ["Go."] }, []],
  ])("with %j has the options %j", (given, options) =>
    expect(readLine(JSON.stringify({ ...given, text: "A boy falls." }), 7)).toMatchObject({ options }),
  );

  it.each([
    ["{", "not JSON"],
    ["null", "no text"],
    ["3", "no text"],
    ['{"note": "falls", "picture": "https://example.org/a.png"}', "no text"],
    ['{"text": [{"content": " "}]}', "no text"],
  ])("%s has the fault %j", (line, fault) => expect(readLine(line, 7)).toBe(fault));
});

describe("the lines of a file", () => {
  const linesOf = async (text: string) => {
    const file = join(folder, "lines");
    writeFileSync(file, text);
    const lines: [number, string][] = [];
    for await (const { line, number } of readLines(file)) lines.push([number, line]);
    return lines;
  };

  it("end at line feeds only; a byte order mark counts at the start of the file", async () => {
    expect(await linesOf("\uFEFFa\u2028b\r\n\n \n\uFEFFc\rd\n")).toEqual([
      [1, "a\u2028b"],
      [4, "\uFEFFc\rd"],
    ]);
    expect(await linesOf("")).toEqual([]);
    expect(await linesOf("\n")).toEqual([]);
  });

  it("keep their numbers and characters across blocks, which are read 4 MiB at a time", async () => {
    const texts = [3_000_000, 0, 1, 2_000_000, 5_000_000, 7].map((n, i) => `${i}${"€".repeat(n)}`);
    const lines = await linesOf(`\n${texts.join("\n\n")}`);
    expect(lines.map(([number, line]) => [number, line.length])).toEqual(
      texts.map((text, i) => [2 * i + 2, text.length]),
    );
    expect(lines.every(([, line], i) => line === texts[i])).toBe(true);
  });
});

it("the nearest other text is that of another id, with situation and options together", () => {
  const text = (id: string, situation: string, options: string[] = []) => ({ id, situation, options });
  const many = [text("a", "one two three four"), text("b", "one two three five"), text("c", "six seven eight")];
  const few = [
    many[0]!,
    text("d", "six seven eight"),
    text("e", "nine ten eleven"),
    text("f", "x", ["six seven eight"]),
  ];
  expect(nearestScores(few, many)).toEqual([1 / 3, 1, 0, 1 / 2]);
  expect(nearestScores(few.slice(0, 1), many.slice(0, 1))).toEqual([0]);
});
