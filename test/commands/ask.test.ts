import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawItems } from "../../lib/pocket/index";
import { serveChat } from "../ask/server";
import { makeProject, start } from "../whole/project";

const KEY = "sk-test-0123456789";
const drawn = drawItems("test", 30, 5);
let root: string;
let server: Awaited<ReturnType<typeof serveChat>>;

beforeAll(async () => {
  root = makeProject();
  writeFileSync(join(root, "data/prices.json"), JSON.stringify({ date: "now", source: "none", models: {} }));
  writeFileSync(join(root, "benchmark.json"), JSON.stringify(drawn.map(({ row }) => row)));
  writeFileSync(join(root, ".env"), `OPENAI_API_KEY=${KEY}\n`);
  server = await serveChat(({ body }) =>
    body.model === "refuses" ? { status: 401, body: { error: { message: `no ${KEY}` } } } : "A",
  );
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

const ask = (task: string, ...more: string[]) => {
  const fixed = ["--benchmark", join(root, "benchmark.json"), "--endpoint", server.baseURL];
  return start(root, ["ask", task, ...fixed, "--model", "m", ...more]).ended;
};

describe("wov ask", () => {
  it("puts a benchmark to an endpoint and scores what comes, once", async () => {
    const first = await ask("situations", "--json");
    expect(first.code).toBe(0);
    const { run, scores } = JSON.parse(first.stdout);
    const right = drawn.filter(({ row }) => row.answer === "A").length;
    expect(scores).toMatchObject({ items: 30, correct: right, unread: 0 });
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
    ["a picture that is missing", "pictures", [], /item 1: there is no picture/],
    ["captions that are missing", "captions", [], /item 1 has no caption/],
    ["an address that is none", "situations", ["--endpoint", "here"], /expected an address/],
  ])("names %s", async (_, task, more, message) => {
    const { code, stderr } = await ask(task, ...more);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("fails on a wrong key with words, and leaves the key in no file", async () => {
    const { code, stdout, stderr } = await ask("situations", "--model", "refuses");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/answers no request: 401 no …/)]);
    const files = readdirSync(join(root, "runs"), { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
    for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name), "utf8")).not.toContain(KEY);
    expect(stdout + stderr).not.toContain(KEY);
  });
});
