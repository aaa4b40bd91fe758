import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../lib/random";
import { makeProject, SMALL, start, wov } from "./project";

const STUDY = ["study", "--profile", "small.yaml", "--json"];
const KILLS = 10;
let root: string;
let undisturbed: string;

beforeAll(async () => {
  root = makeProject();
  const { code, stdout, stderr } = await wov(root, ...STUDY);
  expect(stderr).toContain("report");
  expect(code).toBe(0);
  undisturbed = stdout;
});
afterAll(() => rmSync(root, { recursive: true }));

describe("a study", () => {
  it("finds all done the second time", async () => {
    const { stdout, stderr } = await wov(root, ...STUDY);
    expect(stdout).toBe(undisturbed);
    expect(stderr).not.toMatch(/\[\d+\/\d+\]/);
  });

  it("makes a report anew that was edited", async () => {
    const table = join(root, "report/table1.md");
    const before = readFileSync(table, "utf8");
    writeFileSync(table, before.replaceAll("48", "84"));
    const { stdout } = await wov(root, "study", "--profile", "small.yaml");
    expect(stdout).toContain(before);
  });

  it(`goes on after kill -9 of its process group at ${KILLS} moments, and ends with the same numbers`, async () => {
    const other = makeProject();
    const random = createRandom("moments");
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, ended } = start(other, STUDY);
      await new Promise((passed) => setTimeout(passed, 500 + 9000 * random.next()));
      if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
      await ended;
    }
    const { code, stdout } = await wov(other, ...STUDY);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(undisturbed));
    for (const figure of ["table1.csv", "table2.csv", "figure2.svg", "index.html"])
      expect(readFileSync(join(other, "report", figure))).toEqual(readFileSync(join(root, "report", figure)));
    rmSync(other, { recursive: true });
  });

  it("is refused while another one runs", async () => {
    rmSync(join(root, "runs"), { recursive: true });
    const first = start(root, STUDY);
    while (!existsSync(join(root, "runs/.study-small.lock"))) await new Promise((passed) => setTimeout(passed, 50));
    const { code, stderr } = await wov(root, ...STUDY);
    expect(code).toBe(1);
    expect(stderr).toMatch(/the study 'small' is in use by process \d+ on .* Wait until it ends/);
    process.kill(-first.child.pid!, "SIGTERM");
    expect((await first.ended).stderr).toContain("Stopped. The next run continues from here");
  });
});

describe("bad input", () => {
  const weights = () => join(root, "data/pocket/models/qwen2-vl/model.safetensors");

  it("names a profile's file, line and key", async () => {
    writeFileSync(join(root, "broken.yaml"), SMALL.replace("epochs: 3", "epoch: 3"));
    const { code, stderr } = await wov(root, "study", "--profile", "broken.yaml");
    expect([code, stderr.trim()]).toEqual([
      2,
      expect.stringMatching(/^error: broken\.yaml, line \d+, 'training\.epoch': /),
    ]);
  });

  it("gives up a source that would take too many calls, and says what it left", async () => {
    writeFileSync(join(root, "few.yaml"), SMALL.replace("per_call: 3, max_calls: 60", "per_call: 3, max_calls: 5"));
    const { code, stderr } = await wov(root, "study", "--profile", "few.yaml");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/5 calls gave \d+ of 40 samples, .*'max_calls' allows 5/),
    ]);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it("names a part of the study that is none", async () => {
    const { code, stderr } = await wov(root, "study", "--profile", "small.yaml", "--only", "dessert");
    expect([code, stderr.trim()]).toEqual([2, expect.stringContaining("expected one of pilot, synthesis, training")]);
  });

  it("names a model file that is broken, and does not take it for one that was", async () => {
    const whole = readFileSync(weights());
    truncateSync(weights(), 1000);
    const { code, stderr } = await wov(root, ...STUDY, "--only", "pilot");
    expect(code).toBe(1);
    expect(stderr).toMatch(/the model 'data\/pocket\/models\/qwen2-vl' cannot be loaded/);
    writeFileSync(weights(), whole);
  });

  it("says how to restore a model file that is missing", async () => {
    rmSync(weights());
    const { code, stderr } = await wov(root, ...STUDY);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /qwen2-vl: \*\.safetensors is missing\. .* `git checkout data\/pocket\/models` or rebuild it with `npm run tiny-models`/,
    );
  });
});
