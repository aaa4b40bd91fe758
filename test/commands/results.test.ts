import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeProject, wov } from "../whole/project";

const root = makeProject();
afterAll(() => rmSync(root, { recursive: true }));

describe("wov results", () => {
  it("needs a file to write, and a study of which something is finished", async () => {
    const without = await wov(root, "results", "--profile", "small.yaml");
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining("--out <file>")]);
    const early = await wov(root, "results", "--profile", "small.yaml", "--out", join(root, "results.json"));
    expect([early.code, early.stderr]).toEqual([
      1,
      expect.stringMatching(/small: no run is finished\. First run npx wov/),
    ]);
    expect(existsSync(join(root, "results.json"))).toBe(false);
  });
});
