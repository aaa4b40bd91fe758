import { linkSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readKnown } from "../../lib/commands/known";
import { refuseToOverwrite, writeOutput } from "../../lib/commands/output";
import { drawItems, seedQuestions } from "../../lib/pocket/index";
import { renderQuestions } from "../../lib/prompts/index";
import { readSamples } from "../../lib/synthesis/index";
import { serveBatches } from "../ask/batch-server";
import { serveEmbeddings } from "../ask/embed-server";
import { serveChat } from "../ask/server";
import { writeQuestions } from "../synthesis/writer";
import { makeProject, start } from "../whole/project";

let root: string;
const file = (name: string) => join(root, name);
const run = (...args: string[]) => start(root, args, { OPENAI_API_KEY: undefined }).ended;
const samples = readSamples(renderQuestions(seedQuestions()), "seeds", "c").samples;
const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const servers: { close(): Promise<void> }[] = [];

beforeAll(() => {
  root = makeProject();
  writeFileSync(file("data/prices.json"), readFileSync("data/prices.json"));
  writeFileSync(file("data/seeds.json"), readFileSync("data/seeds.json"));
  const twin = { ...samples[0]!, id: "twin" };
  writeFileSync(file("records.jsonl"), lines(samples));
  writeFileSync(file("samples.jsonl"), `${lines([...samples, twin])}{broken\n`);
});
afterAll(async () => {
  for (const server of servers) await server.close();
  rmSync(root, { recursive: true });
});

describe("an output file", () => {
  it("is none that is read, by whatever name", () => {
    symlinkSync(file("samples.jsonl"), file("symbolic"));
    linkSync(file("samples.jsonl"), file("hard"));
    for (const name of ["samples.jsonl", "./data/../samples.jsonl", "symbolic", "hard"])
      expect(() => refuseToOverwrite(file(name), ["nowhere", file("samples.jsonl")])).toThrow(/choose another name/);
    expect(() => refuseToOverwrite(file("symbolic"), [file("records.jsonl")])).not.toThrow();
    expect(() => refuseToOverwrite(file("new"), ["nowhere", file("samples.jsonl")])).not.toThrow();
  });

  it("is whole or as it was, and stays where a link points", async () => {
    writeFileSync(file("target"), "before");
    symlinkSync(file("target"), file("link"));
    const failing = async function* () {
      yield "half";
      throw new Error("the source failed");
    };
    await expect(writeOutput(file("link"), failing())).rejects.toThrow("the source failed");
    expect([readFileSync(file("target"), "utf8"), readdirSync(root).filter((name) => name.endsWith(".tmp"))]).toEqual([
      "before",
      [],
    ]);
    await writeOutput(file("link"), ["a\n", "b\n"]);
    expect(readFileSync(file("target"), "utf8")).toBe("a\nb\n");
  });

  it("may be a device", async () => {
    await writeOutput("/dev/null", ["a\n"]);
    expect(statSync("/dev/null").isFile()).toBe(false);
  });
});

it("known texts are the lines of a file, or the items of a benchmark, whatever mark it begins with", () => {
  writeFileSync(
    file("known-lines"),
    `\uFEFF${JSON.stringify({ id: "k", text: "One\u2028two" })}\r\n\n{"text":"Three"}`,
  );
  expect(readKnown(file("known-lines")).map(({ name, situations }) => [name, ...situations])).toEqual([
    ["k", "One\u2028two"],
    ["line 3", "Three"],
  ]);
  writeFileSync(file("known-items"), `\uFEFF${JSON.stringify(drawItems("test", 2, 1).map(({ row }) => row))}`);
  expect(readKnown(file("known-items")).map(({ name, from }) => [name, from])).toEqual([
    ["item 1", "known-items"],
    ["item 2", "known-items"],
  ]);
});

describe("wov screen", () => {
  const screen = (...more: string[]) =>
    run("screen", "--samples", file("samples.jsonl"), "--duplicate", "0.95", ...more);

  it("finds what repeats and what contaminated, and writes what stays", async () => {
    writeFileSync(file("known.jsonl"), lines([{ id: "k", text: samples[3]!.situation }]));
    const args = ["--against", file("known.jsonl"), "--contamination", "0.9", "--out", file("kept.jsonl"), "--json"];
    const { code, stdout } = await screen(...args);
    const report = JSON.parse(stdout);
    expect([code, report.read, report.kept]).toEqual([0, 12, 9]);
    expect(report.counts).toEqual({ "not JSON": 1, contamination: 1, duplicate: 1 });
    expect(report.rejected).toContainEqual({
      id: samples[3]!.id,
      line: 4,
      reason: "contamination",
      twin: "k",
      twinFrom: "known.jsonl",
      score: 1,
    });
    expect(readFileSync(file("kept.jsonl"), "utf8").trim().split("\n")).toHaveLength(9);
  });

  it("breaks lines at newlines alone: a U+2028 in a text stays where it is", async () => {
    const text = "A boy is drowning\u2028in the lake near the old mill.";
    const [line, twin] = ["a", "b"].map((id) => JSON.stringify({ id, text }));
    writeFileSync(file("separators.jsonl"), `\uFEFF${line}\r\n\r\n${twin}\r\n`);
    const { code } = await run("screen", "--samples", file("separators.jsonl"), "--out", file("kept-separators.jsonl"));
    expect([code, readFileSync(file("kept-separators.jsonl"), "utf8")]).toEqual([0, `${line}\n`]);
  });

  it("refuses to write over the samples that it reads, and leaves them as they were", async () => {
    const before = readFileSync(file("samples.jsonl"), "utf8");
    const { code, stderr } = await screen("--out", file("samples.jsonl"));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--out .*samples\.jsonl.*choose another name/)]);
    expect(readFileSync(file("samples.jsonl"), "utf8")).toBe(before);
  });

  it("prints a table for people", async () => {
    const { stdout } = await screen();
    expect(stdout).toMatch(
      /12 read, 10 kept.*\| 11 \| twin \| duplicate \| .* \| samples \| 1\.00 \|.*Rejected: 1 not JSON/s,
    );
  });

  it.each([
    [["--contamination", "2"], /--contamination .* Expected a number above 0 and at most 1/],
    [["--against", "nowhere"], /nowhere: there is no such file/],
  ])("ends with 2 and a sentence on %j", async (args, message) => {
    const { code, stderr } = await screen(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe("wov screen --embed", () => {
  it("finds what says the same in other words, and reports it by itself", async () => {
    const server = await serveEmbeddings();
    servers.push(server);
    const texts = {
      a: "A boy is drowning in the lake.",
      b: "A lad is sinking in the pond.",
      c: "A woman waits for her bus.",
      d: "The kid is asleep in a warm bed tonight.",
    };
    writeFileSync(file("texts.jsonl"), lines(Object.entries(texts).map(([id, text]) => ({ id, text }))));
    writeFileSync(file("held-out.jsonl"), lines([{ id: "k", text: "The boy is asleep in a warm bed tonight." }]));
    const args = [
      "--samples",
      file("texts.jsonl"),
      "--against",
      file("held-out.jsonl"),
      "--contamination",
      "1",
      "--json",
    ];
    const embed = ["--embed", "e", "--endpoint", server.baseURL, "--paraphrase", "0.95", "--out", file("kept.jsonl")];
    const { stdout } = await run("screen", ...args, ...embed);
    const report = JSON.parse(stdout);
    expect([report.rejected, report.paraphrases.kept]).toEqual([[], 2]);
    expect(report.paraphrases.rejected).toMatchObject([
      { id: "b", line: 2, reason: "paraphrase", twin: "a", twinFrom: "samples" },
      { id: "d", line: 4, reason: "paraphrased contamination", twin: "k", twinFrom: "held-out.jsonl" },
    ]);
    expect(readFileSync(file("kept.jsonl"), "utf8").trim().split("\n")).toHaveLength(2);
    const asked = server.texts();
    await run("screen", ...args, ...embed);
    expect([asked, server.texts()]).toEqual([5, 5]);
  });
});

describe("wov judge", () => {
  it("says how often another model agrees, and keeps those samples", async () => {
    const server = await serveChat(() => "A");
    servers.push(server);
    writeFileSync(file("good.jsonl"), lines(samples));
    const args = ["--model", "m", "--endpoint", server.baseURL, "--out", file("agreed.jsonl"), "--json"];
    const { stdout } = await run("judge", "--samples", file("good.jsonl"), ...args);
    const agree = samples.filter(({ answer }) => answer === "A").length;
    expect(JSON.parse(stdout)).toMatchObject({ samples: 10, agree, differ: 10 - agree, unparsed: 0 });
    expect(readFileSync(file("agreed.jsonl"), "utf8").split("\n")).toHaveLength(agree + 1);
  });

  it("refuses to write over the samples that it reads", async () => {
    const { code, stderr } = await run("judge", "--samples", root, "--model", "m", "--out", file("records.jsonl"));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/records\.jsonl.*choose another name/)]);
    expect(readFileSync(file("records.jsonl"), "utf8")).toBe(lines(samples));
  });

  it("names a line that is no sample", async () => {
    const { code, stderr } = await run("judge", "--samples", file("samples.jsonl"), "--model", "m");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/samples\.jsonl, line 12: expected a sample/)]);
  });
});

describe("wov generate", () => {
  const small = ["--sizes", "20", "40", "--validation", "10", "--model", "writer"];

  it("says first what it may cost, and asks nothing without a budget", async () => {
    const { code, stderr } = await run("generate", "--model", "gpt-4o-2024-11-20");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/31000 samples.*6527 calls.*live.*in batches.*--budget/s),
    ]);
    expect(await run("generate", "--model", "gpt-4o-2024-11-20", "--plan")).toMatchObject({ code: 0 });
  });

  it("leaves a set, live", async () => {
    const server = await serveChat(writeQuestions);
    servers.push(server);
    const form = ["--prompt", "scripts", "--completion", "option", "--no-balance"];
    const { code, stdout, stderr } = await run("generate", ...small, ...form, "--endpoint", server.baseURL, "--json");
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/calls gave \d+ samples, \d\.\d\d per call; 0\.0 % were repeats/),
    ]);
    const { samples: folder, counts, letters } = JSON.parse(stdout);
    expect(letters.balanced).toEqual(letters.written);
    const [line] = readFileSync(join(root, folder, "train-40.jsonl"), "utf8").split("\n");
    expect(JSON.parse(line!).completion[0].content).toMatch(/^[A-E]\. \w+/);
    expect(counts.kept).toBeGreaterThanOrEqual(50);
    expect(
      readFileSync(join(root, folder, "train-40.jsonl"), "utf8")
        .trim()
        .split("\n"),
    ).toHaveLength(40);
  });

  it("leaves the same set through batches", async () => {
    const text = (id: string) => writeQuestions({ body: { seed: Number(id.slice(5)) } } as never) as string;
    const server = await serveBatches({ outcome: text });
    servers.push(server);
    const { code, stdout } = await run(
      "generate",
      ...small,
      "--model",
      "batched",
      "--endpoint",
      server.baseURL,
      "--batch",
      "--json",
    );
    expect([code, JSON.parse(stdout).counts.kept >= 50]).toEqual([0, true]);
    expect(server.batches.length).toBeGreaterThan(0);
  }, 120_000);
});
