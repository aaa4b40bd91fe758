import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawItems } from "../../lib/pocket/index";
import { serveChat } from "../ask/server";
import { wov } from "../whole/project";

const folder = mkdtempSync(join(tmpdir(), "wov-score-"));
const file = (name: string) => join(folder, name);
const run = (...args: string[]) => wov(folder, ...args);
const rows = drawItems("test", 60, 3).map((drawn) => drawn.row);

beforeAll(() => {
  writeFileSync(file("benchmark.json"), JSON.stringify(rows));
  const write = (name: string, reply: (gold: string, i: number) => string) =>
    writeFileSync(
      file(name),
      rows.map(({ index, answer }, i) => JSON.stringify({ index, pred: reply(answer!, i) })).join("\n"),
    );
  write("right.jsonl", (gold) => `The answer is ${gold}.`);
  write("talk.jsonl", (gold, i) => [`${gold}.`, "Do what is kind."][i] ?? "It depends.");
  write("half.jsonl", (gold, i) => (i % 2 ? gold : "It depends."));
});
afterAll(() => rmSync(folder, { recursive: true }));

const score = (name: string, ...more: string[]) =>
  run("score", "--benchmark", file("benchmark.json"), "--predictions", file(name), ...more);

describe("wov score", () => {
  it("prints one scorer's result as JSON, or all three's", async () => {
    const one = JSON.parse((await score("half.jsonl", "--scorer", "strict", "--json")).stdout);
    expect(one).toMatchObject({ scorer: "strict", items: 60, answered: 30, unparsed: 30, missing: 0, correct: 30 });
    const all = JSON.parse((await score("right.jsonl", "--json")).stdout);
    expect(all.map(({ scorer, correct }: { scorer: string; correct: number }) => [scorer, correct])).toEqual([
      ["strict", 60],
      ["viva", 0],
      ["praxis", 60],
    ]);
  });

  it("takes the likeliest option where replies have likelihoods beside them", async () => {
    const lines = rows.map(({ index, answer, action_list: options }) => {
      const letter = Object.fromEntries(options.map(([name]) => [name, name === answer ? -0.1 : -3]));
      return JSON.stringify({ index, pred: "It depends.", likelihood: { letter } });
    });
    writeFileSync(file("likely.jsonl"), lines.join("\n"));
    const all = JSON.parse((await score("likely.jsonl", "--json")).stdout);
    expect(all.map(({ scorer, correct }: { scorer: string; correct: number }) => [scorer, correct])).toEqual([
      ["strict", 0],
      ["viva", 0],
      ["praxis", 0],
      ["likelihood", 60],
    ]);
  });

  it("prints tables for people", async () => {
    const { code, stdout } = await score("half.jsonl");
    expect(code).toBe(0);
    expect(stdout).toMatch(/\| strict \| 50\.00 \|.*\| 30 \| 30 \| 60 \|/);
    expect(stdout).toContain('"It depends."');
    expect(stdout).toContain("by right letter");
    expect(stdout).not.toContain("by place"); // the same numbers, since options are labelled in order
  });

  it("lets a judge read what the authors' rules do not, and never what strict does not", async () => {
    const server = await serveChat(({ prompt }) => (prompt.includes("is kind") ? rows[1]!.answer! : "Z"));
    const judge = ["--judge", "m", "--endpoint", server.baseURL, "--json"];
    const judged = JSON.parse((await score("talk.jsonl", ...judge)).stdout);
    await server.close();
    expect(judged.map((r: { unparsed: number }) => r.unparsed)).toEqual([59, 58, 58]);
    expect(judged.map((r: { correct: number }) => r.correct)).toEqual([1, 2, 2]);
    expect(server.count().paid).toBe(59);
  });

  it.each([
    [["--scorer", "mine"], /--scorer .*strict, viva, praxis/],
    [["--text-key", "said"], /has no text/],
    [["--nonsense"], /unknown option/],
  ])("ends with 2 and a sentence on %j", async (args, message) => {
    const { code, stderr } = await score("right.jsonl", ...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

describe("wov compare", () => {
  const compare = (...names: string[]) =>
    run("compare", "--benchmark", file("benchmark.json"), "--predictions", ...names.map(file), "--json");

  it("tells the difference with its interval and test, and the items that flipped", async () => {
    const { code, stdout } = await compare("half.jsonl", "right.jsonl");
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ items: 60, difference: 0.5, gained: 30, lost: 0 });
    expect(result.p).toBeCloseTo(2 * 0.5 ** 30, 12);
    expect(result.flips.gained).toHaveLength(30);
    expect(result.interval.low).toBeLessThan(0.5);
  });

  it("wants two files", async () => {
    const { code, stderr } = await compare("half.jsonl");
    expect([code, stderr]).toEqual([2, expect.stringContaining("expected two files, got 1")]);
  });
});

describe("wov audit", () => {
  it("counts by kind, as JSON or for people", async () => {
    const json = await run("audit", file("benchmark.json"), "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ items: 60, counts: { nan: 0, "null-answer": 0 } });
    const people = await run("audit", file("benchmark.json"));
    expect(people.stdout).toMatch(/always answering [A-E] scores \d/);
  });

  it("ends with 2 on a file that is none", async () => {
    const { code, stderr } = await run("audit", file("none.json"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("there is no such file")]);
  });
});
