import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeScratch } from "../study/scratch";
import { start } from "../whole/project";

/** An address on this machine at which nothing listens. */
const NOBODY = "http://127.0.0.1:9";

let root: string;
beforeAll(() => {
  root = makeScratch();
});
afterAll(() => rmSync(root, { recursive: true }));

const study = (...args: string[]) =>
  start(root, ["study", ...args], { OPENAI_API_KEY: "", HF_TOKEN: "", HF_ENDPOINT: NOBODY }).ended;
const nothingWasWritten = () =>
  expect(["runs", "report"].map((name) => existsSync(join(root, name)))).toEqual([false, false]);

describe("wov study of a profile that costs money", () => {
  it("shows a plan, for people and for programs, and runs nothing", async () => {
    const [text, json] = await Promise.all([
      study("--profile", "paper", "--plan"),
      study("--profile", "paper", "--plan", "--json"),
    ]);
    expect([text.code, text.stderr, json.code, json.stderr]).toEqual([0, "", 0, ""]);
    const plan = JSON.parse(json.stdout);
    expect(plan.totals).toMatchObject({ open: 83, requests: 6527 });
    expect(plan.steps).toHaveLength(83);
    expect(plan.steps[0]).toMatchObject({
      name: "prepare the benchmark viva",
      run: expect.stringMatching(/^benchmark\/viva-/),
    });
    expect(text.stdout).toContain(`$${plan.totals.usd.charged.toFixed(2)}`);
    expect(text.stdout).toContain("OPENAI_API_KEY, the key for https://api.openai.com/v1: set it");
    nothingWasWritten();
  });

  it("asks for a budget before anything else, and says what it costs", async () => {
    const { code, stdout, stderr } = await study("--profile", "paper");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /costs about \$\d+\.\d\d, at most about \$\d+\.\d\d \(see --plan\): give the most that it may cost in all, in USD, with --budget\n$/,
    );
    nothingWasWritten();
  });

  it("says what is missing before anything is begun", async () => {
    const { code, stdout, stderr } = await study("--profile", "paper", "--budget", "300");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("nothing was started:\n  no key for https://api.openai.com/v1: set OPENAI_API_KEY");
    expect(stderr).toMatch(/\n {2}.*zhehuderek\/textual_decisionmaking_data/);
    expect(stderr).not.toMatch(/\n\s+at /);
    nothingWasWritten();
  });

  it("names the profiles that there are if there is none of a name", async () => {
    expect(await study("--profile", "papers")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("paper, pocket, pocket-seeds, small"),
    });
  });
});
