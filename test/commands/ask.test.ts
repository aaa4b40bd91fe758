import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawItems } from "../../lib/pocket/index";
import { type Answer, serveChat } from "../ask/server";
import { makeProject, start } from "../whole/project";

const KEY = "sk-test-0123456789";
const drawn = drawItems("test", 30, 5);
const no = { message: `no ${KEY}` };
const answers: Record<string, ReturnType<Answer>> = {
  refuses: { status: 401, body: { error: no } },
  "has-had-enough": { status: 429, body: { error: { ...no, code: "insufficient_quota" } } },
  "is-a-page": { status: 200, text: "<html>Sign in</html>", type: "text/html" },
  "says-nothing": { status: 200, body: {} },
  "never-answers": "never",
};
let filled = 0;
let root: string;
let server: Awaited<ReturnType<typeof serveChat>>;

beforeAll(async () => {
  root = makeProject();
  writeFileSync(join(root, "data/prices.json"), JSON.stringify({ date: "2026-01-01", source: "none", models: {} }));
  writeFileSync(join(root, "benchmark.json"), JSON.stringify(drawn.map(({ row }) => row)));
  writeFileSync(join(root, ".env"), `OPENAI_API_KEY=${KEY}\n`);
  server = await serveChat(({ body }) => {
    if (body.model === "fills" && ++filled === 10) fill(recordsOf("fills"));
    return answers[body.model] ?? "A";
  });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

const begin = (task: string, ...more: string[]) => {
  const fixed = ["--benchmark", join(root, "benchmark.json"), "--endpoint", server.baseURL];
  return start(root, ["ask", task, ...fixed, "--model", "m", ...more]);
};
const ask = (task: string, ...more: string[]) => begin(task, ...more).ended;

const recordsOf = (model: string) => {
  const run = readdirSync(join(root, "runs/ask")).find((name) => name.includes(model));
  return join(root, "runs/ask", run!, "records.jsonl");
};

/** From now on a file cannot grow, as on a full disk. */
function fill(file: string): void {
  renameSync(file, `${file}.kept`);
  symlinkSync("/dev/full", file);
}

const ofModel = (model: string) => readdirSync(join(root, "runs/ask")).some((name) => name.includes(model));

/** Where the key stands that must stand nowhere: files of runs, and what was printed. */
function withKey(...printed: string[]): string[] {
  const files = readdirSync(join(root, "runs"), { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return [
    ...paths.filter((path) => readFileSync(path, "utf8").includes(KEY)),
    ...printed.filter((t) => t.includes(KEY)),
  ];
}

describe("wov ask", () => {
  it("puts a benchmark to an endpoint and scores what comes, once", async () => {
    const first = await ask("situations", "--json");
    expect(first.code).toBe(0);
    const { run, scores } = JSON.parse(first.stdout);
    const right = drawn.filter(({ row }) => row.answer === "A").length;
    expect(scores).toMatchObject({ items: 30, correct: right, unparsed: 0 });
    const paid = server.count().paid;
    expect(JSON.parse((await ask("situations", "--json")).stdout).run).toBe(run);
    expect(server.count().paid).toBe(paid);
  });

  it("asks nothing where a price is unknown, or no budget is given", async () => {
    const far = ["--endpoint", "http://192.0.2.1/v1"];
    expect(await ask("situations", ...far)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no price is known/),
    });
    const priced = await ask("situations", ...far, "--price", "1", "2");
    expect(priced).toMatchObject({ code: 2, stderr: expect.stringMatching(/at most about \$0\.0.*--budget/s) });
    expect(await ask("situations", ...far, "--price", "1", "2", "--plan")).toMatchObject({ code: 0 });
  });

  it.each([
    ["an unknown task", "dance", [], /expected one of pictures, situations/],
    ["a picture that is missing", "pictures", [], /decides on pictures: no item has what is asked about/],
    ["captions that are missing", "captions", [], /ask captions: .*--captions/],
    ["an address that is none", "situations", ["--endpoint", "here"], /'here' is invalid\. Expected an address/],
  ])("names %s", async (_, task, more, message) => {
    const { code, stderr } = await ask(task, ...more);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it.each([
    ["a wrong key", "refuses", /answers no request: 401 no …/],
    ["a quota that is used up", "has-had-enough", /answers no request: 429 no …/],
    ["a proxy's page", "is-a-page", /sent HTML, as a proxy or a web page would/],
    ["replies without choices", "says-nothing", /sent something else/],
  ])("fails on %s with words, without a trace of the stack, and leaves the key in no file", async (_, model, words) => {
    const { code, stdout, stderr } = await ask("situations", "--model", model);
    expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(withKey(stdout, stderr)).toEqual([]);
  });

  it("leaves the key in no file when it is killed", async () => {
    const { child, ended } = begin("situations", "--model", "never-answers");
    while (!existsSync(join(root, "runs/ask")) || !ofModel("never-answers")) await sleep(50);
    await sleep(300);
    process.kill(-child.pid!, "SIGKILL");
    const { stdout, stderr } = await ended;
    expect(withKey(stdout, stderr)).toEqual([]);
  });

  it("says where an endpoint is not there, and where the stack was when asked for it", async () => {
    const away = ["--endpoint", "http://127.0.0.1:9/v1", "--model", "nobody"];
    const { code, stderr } = await ask("situations", ...away);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/127\.0\.0\.1:9.*cannot be reached/)]);
    expect((await ask("situations", "--model", "refuses", "--debug")).stderr).toMatch(/\n {4}at /);
  }, 60_000);

  it.skipIf(!existsSync("/dev/full"))("says that the disk is full, and keeps what it has", async () => {
    const { code, stderr } = await ask("situations", "--model", "fills", "--concurrency", "2");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/disk is full/)]);
    const records = recordsOf("fills");
    rmSync(records);
    renameSync(`${records}.kept`, records);
    const kept = readFileSync(records, "utf8").split("\n").length - 1;
    expect(kept).toBeGreaterThan(5);
    const again = await ask("situations", "--model", "fills", "--concurrency", "2");
    expect(again.code).toBe(0);
    const ids = readFileSync(records, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).custom_id);
    expect([ids.length, new Set(ids).size]).toEqual([30, 30]);
  });

  it("leaves out a picture that cannot be read, says so, and asks about the others", async () => {
    mkdirSync(join(root, "images"), { recursive: true });
    const noise = Buffer.from(Array.from({ length: 64 * 64 }, (_, i) => (i * i) % 251));
    const png = await sharp(noise, { raw: { width: 64, height: 64, channels: 1 } })
      .png()
      .toBuffer();
    for (const { row } of drawn) writeFileSync(join(root, "images", row.image_file), png);
    writeFileSync(join(root, "images", drawn[2]!.row.image_file), "no picture");
    const { code, stdout } = await ask("pictures", "--images", join(root, "images"));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/1 items not asked/)]);
  });
});

describe("a benchmark that is none", () => {
  it.each([
    ["no file", "none.json", undefined, /there is no such file/],
    ["an empty file", "empty.json", "", /cannot be read/],
    ["a folder", ".", undefined, /it is a folder/],
    ["a file that is not JSON", "text.json", "Dear all,", /cannot be read/],
    ["a list of nothing", "nothing.json", "[]", /at least one item/],
    [
      "an item with one option",
      "one.json",
      JSON.stringify([{ ...drawn[0]!.row, action_list: ["A. Go."] }]),
      /action_list/,
    ],
  ])("%s", async (_, name, text, words) => {
    if (text !== undefined) writeFileSync(join(root, name), text);
    const { code, stderr } = await start(root, ["audit", join(root, name)]).ended;
    expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});
