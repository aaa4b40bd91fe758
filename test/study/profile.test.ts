import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { loadProfile } from "../../lib/study/index";

const root = projectRoot();
const folder = mkdtempSync(join(tmpdir(), "wov-profile-"));
afterAll(() => rmSync(folder, { recursive: true }));
const shipped = readFileSync(join(root, "data/profiles/pocket.yaml"), "utf8");

/** The error that a changed copy of the pocket profile gives. */
function errorOf(change: (text: string) => string): Error & { exitCode?: number } {
  const file = join(folder, "mine.yaml");
  writeFileSync(file, change(shipped));
  try {
    loadProfile(root, file);
  } catch (error) {
    return error as Error;
  }
  throw new Error("the profile was taken");
}
const lineOf = (text: string, part: string) => text.split("\n").findIndex((line) => line.includes(part)) + 1;

describe("loadProfile", () => {
  it("reads the pocket profile by its name", () => {
    expect(loadProfile(root, "pocket")).toMatchObject({ name: "pocket", sizes: [500, 1000, 2000] });
  });

  it.each([
    ["an unknown key", (text: string) => text.replace("seed: 7", "sed: 7"), /line \d+, 'sed': .*sed/],
    ["a wrong type", (text: string) => text.replace("rank: 32", "rank: many"), /'training\.rank': .*expected number/i],
    [
      "a model that is none",
      (text: string) => text.replace("captioner: llava-onevision", "captioner: llama"),
      /'captioner': expected the name of a model of kind 'vlm'/,
    ],
    ["broken YAML", (text: string) => `${text}\n  - [`, /line \d+: /],
  ])("names file, line and key of %s", (_, change, message) => {
    const error = errorOf(change);
    expect(error.message).toMatch(message);
    expect(error.message).toContain("mine.yaml, line ");
    expect(error.exitCode).toBe(2);
  });

  it("names the very line", () => {
    const changed = shipped.replace("threads: 1", "threads: one");
    expect(errorOf(() => changed).message).toContain(`line ${lineOf(changed, "threads: one")},`);
  });

  it("says where it looked for a profile that is not there", () => {
    expect(() => loadProfile(root, "nowhere")).toThrow(
      /no profile 'nowhere': neither a file nor one of data\/profiles\//,
    );
  });
});
