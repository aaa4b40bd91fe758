import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeProject, SMALL, start, wov } from "./project";

const STUDY = ["study", "--profile", "small.yaml", "--json"];
let root: string;

beforeAll(() => {
  root = makeProject();
});
afterAll(() => rmSync(root, { recursive: true }));

describe("a study", () => {
  it("is refused while another one runs", async () => {
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
    const { code, stderr } = await wov(root, "study", "--profile", "few.yaml", "--only", "synthesis");
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
