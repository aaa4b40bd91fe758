import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawItems } from "../../lib/pocket/index";
import { openRuntime } from "../../lib/runtime/index";
import { serveChat } from "../ask/server";
import { ATTACK, rawIn } from "../attack";
import { jobOf, makeJobProject, runsOf } from "../runtime/project";
import { type Ended, makeProject, SMALL, start, wov } from "../whole/project";

const folder = mkdtempSync(join(tmpdir(), "wov-untrusted-"));
const file = (name: string) => join(folder, name);
let root: string;

beforeAll(() => {
  root = makeProject();
  const rows = drawItems("test", 12, 3).map(({ row }) => row);
  const planted = rows.map((row) => ({
    ...row,
    category: ATTACK,
    situation_description: `${ATTACK} ${row.situation_description}`,
    action_list: row.action_list.map((text) => `${text} ${ATTACK}`),
  }));
  writeFileSync(file("benchmark.json"), JSON.stringify(planted));
  const replies = rows.map(({ index }) => JSON.stringify({ index, pred: `${ATTACK} I cannot say.` }));
  writeFileSync(file("replies.jsonl"), replies.join("\n"));
  writeFileSync(file("\u001b[2J\u202e.jsonl"), replies.join("\n"));
});
afterAll(() => {
  for (const path of [folder, root]) rmSync(path, { recursive: true, force: true });
});

const benchmark = ["--benchmark", file("benchmark.json")];

/** Nothing raw, no line that looks like one of the program's, and what was planted is shown all the same. */
function expectHarmless({ code, stdout, stderr }: Ended, wanted: number) {
  expect([code, stderr]).toEqual([wanted, stderr]);
  expect(rawIn(stdout + stderr)).toBeNull();
  expect(stdout + stderr).not.toMatch(/^error: \| fake/m);
  expect(stdout + stderr).toMatch(/\\u(001b|202e)/);
}

describe("what others wrote cannot control the terminal", () => {
  it.each([
    [["score", "--predictions", file("replies.jsonl")]],
    [["score", "--predictions", file("replies.jsonl"), "--json"]],
    [["compare", "--predictions", file("replies.jsonl"), file("\u001b[2J\u202e.jsonl")]],
  ])("%j", async (args) => {
    const ended = await wov(root, ...args, ...benchmark);
    expectHarmless(ended, 0);
    if (args.includes("--json")) expect(JSON.parse(ended.stdout)[0].byCategory).toHaveProperty([ATTACK]);
  });

  it("audit of a benchmark, as JSON", async () => {
    const { code, stdout } = await wov(root, "audit", file("benchmark.json"), "--json");
    expect([code, rawIn(stdout)]).toEqual([0, null]);
  });

  it("errors about a benchmark whose values are no options", async () => {
    writeFileSync(file("wrong.json"), JSON.stringify([{ index: 1, category: ATTACK, [ATTACK]: ATTACK }]));
    const { code, stdout, stderr } = await wov(root, "audit", file("wrong.json"));
    expect([code, rawIn(stdout + stderr)]).toEqual([2, null]);
  });

  it("errors about a profile with planted names", async () => {
    writeFileSync(join(root, "planted.yaml"), `${SMALL}${JSON.stringify(ATTACK)}: 1\n`);
    expectHarmless(await wov(root, "study", "--profile", "planted.yaml"), 2);
  });

  it("options and commands that the user pastes", async () => {
    expectHarmless(await wov(root, "\u001b[2J\u202e"), 2);
    expectHarmless(await wov(root, "study", "--profile", "\u001b[2J\u202e.yaml"), 2);
  });

  it("an endpoint's error message", async () => {
    const server = await serveChat(() => ({ status: 400, body: { error: { message: ATTACK } } }));
    const ended = await wov(root, "ask", "situations", ...benchmark, "--model", "m", "--endpoint", server.baseURL);
    await server.close();
    expect(rawIn(ended.stdout + ended.stderr)).toBeNull();
    expect(ended.stdout + ended.stderr).toContain("fake");
    expect(ended.stdout + ended.stderr).not.toMatch(/^error: \| fake/m);
  });

  it("a job's log, with the colours and bars of its libraries", async () => {
    const made = makeJobProject();
    const runtime = await openRuntime(
      made.root,
      { kind: "local", detach: true, threads: 1, dtype: "float32" },
      { code: made.code, pollMs: 100 },
    );
    const ticket = await runtime.submit(jobOf("good"), runsOf(jobOf("good")));
    for await (const _ of runtime.follow(ticket));
    const log = join(made.root, "runs/jobs/workspace/jobs", ticket.id, "log.txt");
    expect(existsSync(log)).toBe(true);
    appendFileSync(log, `${ATTACK}\n\u001b[31mred\u001b[0m\n10 %\r20 %\n\u009b2J\u202e\n`);
    writeFileSync(join(root, "detached.yaml"), SMALL.replace("runtime: {", "runtime: { detach: true,"));
    const args = ["jobs", "logs", ticket.id, "--profile", join(root, "detached.yaml")];
    const ended = await start(made.root, args, { WOV_ROOT: made.root }).ended;
    made.remove();
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(rawIn(ended.stdout)).toBeNull();
    expect(ended.stdout).toMatch(/^red\n10 %\n20 %$/m);
  });
});
