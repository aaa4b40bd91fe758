import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRuntime, type Runtime, type RuntimeConfig, type Ticket } from "../../lib/runtime/index";
import { jobOf, makeJobProject, runsOf } from "../runtime/project";
import { makeProject, SMALL, start, wov } from "../whole/project";

const config: RuntimeConfig = { kind: "local", detach: true, threads: 1, dtype: "float32" };
const made = makeJobProject();
let root: string;
let runtime: Runtime;
let done: Ticket;
let hanging: Ticket;
let waiting: Ticket[];

beforeAll(async () => {
  root = makeProject();
  writeFileSync(join(root, "small.yaml"), SMALL.replace("runtime: {", "runtime: { detach: true,"));
  runtime = await openRuntime(made.root, config, { code: made.code, pollMs: 100 });
  const submit = (...tasks: string[]) => runtime.submit(jobOf(...tasks), runsOf(jobOf(...tasks)));
  done = await submit("rubbish", "good");
  for await (const _ of runtime.follow(done));
  hanging = await submit("hang");
  // The machine runs two jobs at a time, or as many as it has cores.
  waiting = await Promise.all(Array.from({ length: await runtime.slots() }, (_, i) => submit(`hang-${i}`)));
});
afterAll(async () => {
  for (const { id } of [hanging, ...waiting]) await runtime.cancel(id);
  for (const ticket of [hanging, ...waiting]) await drain(ticket);
  rmSync(root, { recursive: true, force: true });
  made.remove();
});
async function drain(ticket: Ticket): Promise<void> {
  try {
    for await (const _ of runtime.follow(ticket));
  } catch {} // it was cancelled
}

/** The command in the project in which the jobs lie, with the profile of another. */
const jobs = (...args: string[]) =>
  start(made.root, ["jobs", ...args, "--profile", join(root, "small.yaml")], { WOV_ROOT: made.root }).ended;

describe("wov jobs", () => {
  it("lists what runs and waits, and with --all what is here already", async () => {
    const { stdout } = await jobs();
    expect(stdout).toMatch(new RegExp(`^${hanging.id} +running .* hang$`, "m"));
    expect(stdout).toMatch(/^[0-9a-f]{16} +queued /m);
    expect(stdout).not.toContain(done.id);
    expect((await jobs("--all")).stdout).toMatch(new RegExp(`^${done.id} +done .* rubbish and 1 more$`, "m"));
    const [first] = JSON.parse((await jobs("--json")).stdout);
    expect(first).toMatchObject({ id: expect.any(String), state: expect.any(String), attempts: expect.any(Number) });
  });

  it("shows a job's log", async () => {
    expect((await jobs("logs", done.id.slice(0, 8))).stdout).toMatch(/^red .*\[secret\]$/m);
  });

  it("follows the log of a job until it has ended, and cancels one", async () => {
    const following = jobs("logs", hanging.id, "--follow");
    expect((await jobs("cancel", hanging.id)).stdout).toContain(`Job ${hanging.id} was told to end`);
    expect((await following).code).toBe(0);
    expect((await jobs("--all")).stdout).toMatch(new RegExp(`^${hanging.id} +cancelled`, "m"));
  });

  it("removes jobs whose results are here, and no others; the same job is then done anew", async () => {
    expect((await jobs("clean")).stdout).toMatch(/^0\.00 GB freed/);
    const left = (await jobs("--all")).stdout;
    expect(left).not.toContain(done.id);
    expect(left).toContain(hanging.id);
    for (const { id } of waiting) await runtime.cancel(id); // they take all places
    rmSync(join(made.root, "runs/ask/x/good.jsonl"));
    for await (const _ of runtime.follow(await runtime.submit(jobOf("rubbish", "good"), done.spec.runs)));
    expect(existsSync(join(made.root, "runs/ask/x/good.jsonl"))).toBe(true);
  });

  it("says what is wrong", async () => {
    expect(await jobs("logs")).toMatchObject({ code: 2, stderr: expect.stringContaining("expected the id of a job") });
    expect(await jobs("cancel", "zz")).toMatchObject({ code: 2, stderr: expect.stringContaining("no job 'zz'") });
    expect(await jobs("stop")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("list, logs, cancel or clean"),
    });
    writeFileSync(join(root, "plain.yaml"), SMALL);
    const plain = await wov(root, "jobs", "--profile", "plain.yaml");
    expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining("end with the command") });
  });
});

describe("wov runtimes", () => {
  it("says what each has, or why it cannot be reached", async () => {
    const far = "kind: ray, url: http://127.0.0.1:1, folder: elsewhere,";
    writeFileSync(join(root, "far.yaml"), SMALL.replace("runtime: {", `runtime: { ${far}`));
    const { code, stdout } = await wov(root, "runtimes", "--profiles", "small.yaml", "far.yaml");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✓ local, detached +small\.yaml +(none|\d+ × .*) +\d+ .*\d+ CPU cores, Python/m);
    expect(stdout).toMatch(/^✗ ray +far\.yaml .*Ray at http:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/m);
  });
});
