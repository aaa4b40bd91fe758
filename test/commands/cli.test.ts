import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeProject, start, wov } from "../whole/project";

let root: string;
const loaded = join(tmpdir(), `wov-loaded-${process.pid}.json`);
/** A script for `node --require`: when the process ends, it writes which files were loaded. */
const recorder = join(tmpdir(), `wov-recorder-${process.pid}.cjs`);

beforeAll(() => {
  root = makeProject();
  mkdirSync(join(root, "notebooks"));
  const list = `JSON.stringify(Object.keys(require.cache))`;
  writeFileSync(
    recorder,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(loaded)}, ${list}));`,
  );
});
afterAll(() => {
  for (const path of [root, loaded, recorder]) rmSync(path, { recursive: true, force: true });
});

/** The packages, and the rooms of `lib`, that a command loads. */
async function loadedBy(...args: string[]): Promise<{ packages: string[]; rooms: string[] }> {
  const { code } = await start(root, args, { NODE_OPTIONS: `--require ${recorder}` }).ended;
  expect(code).toBe(0);
  const files: string[] = JSON.parse(readFileSync(loaded, "utf8"));
  const all = (pattern: RegExp) => [...new Set(files.flatMap((file) => pattern.exec(file)?.[1] ?? []))].sort();
  return { packages: all(/node_modules\/((?:@[^/]+\/)?[^/]+)\//), rooms: all(/\/lib\/([^/]+)\//) };
}

describe("wov --help", () => {
  it("loads no command and no library", async () => {
    await wov(root, "--help"); // compiles what has changed
    expect(await loadedBy("--help")).toEqual({ packages: ["commander"], rooms: [] });
  });

  it("lists each command once, in groups, each on one line", async () => {
    const { code, stdout, stderr } = await wov(root, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    const groups = stdout.split("\n").filter((line) => /^[A-Z].*:$/.test(line));
    expect(groups).toEqual([
      "Options:",
      "The study:",
      "Jobs:",
      "Benchmarks:",
      "Training text:",
      "Results for others:",
      "Tools:",
      "Commands:",
    ]);
    for (const name of [
      "study",
      "lab",
      "notebooks",
      "runtimes",
      "jobs",
      "viva",
      "images",
      "audit",
      "ask",
      "score",
      "compare",
      "generate",
    ])
      expect(stdout).toMatch(new RegExp(`^  ${name}( [<[].*?[\\]>])? {2,}\\S.*$`, "m"));
    const lines = stdout.slice(stdout.indexOf("The study:")).split("\n");
    expect(lines.filter((line) => /^ {4,}\S/.test(line))).toEqual([]); // no description goes on in a second line
  });

  it.each([
    [["lab", "--help"], /--no-browser/],
    [["help", "audit"], /Usage: wov audit \[options\] <file>/],
    [["bench", "kill", "--help"], /--json/],
  ])("%j tells the options of the command, and loads that command alone", async (args, words) => {
    const { code, stdout } = await wov(root, ...args);
    expect([code, stdout]).toEqual([0, expect.stringMatching(words)]);
  });

  it("of each command has examples, whose options it has", async () => {
    const { stdout } = await wov(root, "--help");
    const listed = stdout.slice(stdout.indexOf("The study:"), stdout.indexOf("Commands:"));
    const names = [...listed.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names.filter((one) => one !== "lab")) {
      const help = (await wov(root, name, "--help")).stdout;
      const examples = help.slice(help.indexOf("\nExamples:\n")).trim().split("\n").slice(1);
      expect([name, examples]).not.toEqual([name, []]);
      for (const example of examples) {
        expect(example).toMatch(new RegExp(`^ {2}npx wov ${name}( |$)`));
        const known = name === "bench" ? (await wov(root, "bench", example.split(" ")[5]!, "--help")).stdout : help;
        for (const [option] of example.matchAll(/--[a-z-]+/g))
          expect([example, known]).toEqual([example, expect.stringContaining(`${option} `)]);
      }
    }
  });

  it("of a light command loads nothing heavy", async () => {
    expect((await loadedBy("lab", "--help")).packages).toEqual(["commander"]);
  });
});

describe("exit codes", () => {
  it("0 where it is done", async () => {
    expect(await wov(root, "--version")).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
  });

  it("1 where something is missing: doctor names it, and what to do", async () => {
    const empty = makeProject();
    rmSync(join(empty, ".venv"));
    writeFileSync(
      join(empty, "data/profiles/pocket.yaml"),
      "models: { nobody: { path: data/pocket/models/nobody } }\n",
    );
    const { code, stdout } = await wov(empty, "doctor");
    rmSync(empty, { recursive: true });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✓ Node: v\d/m);
    expect(stdout).toMatch(/^✗ Node packages: missing; run `npm run setup`$/m);
    expect(stdout).toMatch(/^✗ Python packages: missing; run `npm run setup`$/m);
    expect(stdout).toMatch(/^✗ Model nobody: missing; run `git checkout data\/pocket\/models\/nobody`$/m);
  });

  it.each([
    [["nonsense"], /unknown command 'nonsense'/],
    [["bench", "nonsense"], /unknown command 'nonsense'/],
    [["studdy"], /Did you mean study\?/],
    [["doctor", "--nonsense"], /unknown option '--nonsense'/],
    [["audit"], /missing required argument 'file'/],
    [["compare", "--benchmark", "b"], /required option '--predictions <files\.\.\.>' not specified/],
    [
      ["compare", "--benchmark", "b", "--predictions", "a", "--scorer", "mine"],
      /--scorer <name>.*strict, viva, praxis/,
    ],
    [["tiny-models", "--miniature"], /--to/],
    [["notebooks", "6-none"], /no notebook is called 6-none/],
  ])("2 and a sentence on %j", async (args, words) => {
    const { code, stdout, stderr } = await wov(root, ...args);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(words)]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

it("--debug shows where an error comes from, in the TypeScript source", async () => {
  const { code, stderr } = await wov(root, "audit", "none.json", "--debug");
  expect(code).toBe(2);
  const [, line] = stderr.match(/lib\/benchmark\/load\.ts:(\d+):/)!;
  expect(readFileSync("lib/benchmark/load.ts", "utf8").split("\n")[Number(line) - 1]).toMatch(/throw|WovError/);
});
