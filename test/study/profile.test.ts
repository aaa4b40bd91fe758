import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { cellKey, loadProfile, openStudy } from "../../lib/study/index";

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
    [
      "a teacher that is no source",
      (text: string) => text.replace("teacher: teacher", "teacher: gpt"),
      /'teacher': expected the name of a source: teacher, llama, qwen2/,
    ],
    [
      "a teacher whose text not every model is trained on",
      (text: string) => text.replace("shared_sources: [teacher, llama]", "shared_sources: [llama]"),
      /'teacher': expected one of shared_sources/,
    ],
    [
      "a model that is not among the models",
      (text: string) => text.replace("base: llama }", "base: gemma }"),
      /'models\.mllama\.base': expected the name of a model of kind 'llm': llama, qwen2/,
    ],
    [
      "sizes that do not grow",
      (text: string) => text.replace("[500, 1000, 2000]", "[500, 500]"),
      /'sizes': expected ascending sizes/,
    ],
    [
      "a name that would lead out of the runs' folder",
      (text: string) => text.replace("name: pocket", "name: ../pocket"),
      /'name': expected letters/,
    ],
    [
      "a program of rules for a benchmark that has none",
      (text: string) => text.replace("{ kind: pocket, items: 1240 }", "{ kind: file, file: viva.json }"),
      /'sources\.teacher\.kind': a source of kind 'rules' needs a benchmark of kind 'pocket'/,
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
      /no profile 'nowhere': expected a file, or the name of one in data\/profiles\//,
    );
  });
});

describe("a study of a profile of one's own", () => {
  const open = (change: (text: string) => string) => {
    writeFileSync(join(folder, "own.yaml"), change(shipped));
    return openStudy(join(folder, "own.yaml"), root);
  };

  it("may call the teacher as it likes", () => {
    const renamed = open((text) =>
      text
        .replaceAll("teacher: ", "tutor: ")
        .replace("tutor: tutor", "teacher: tutor")
        .replace("tutor: teacher", "teacher: tutor")
        .replace("[teacher, llama]", "[tutor, llama]"),
    );
    expect(renamed.results().cells.filter(({ trained }) => trained?.source === "tutor")).toHaveLength(9 + 3);
  });

  it("may leave out the source that is a VLM's own base model", () => {
    const { layout } = open((text) => text.replace(/^ {2}qwen2: \{ label: .*kind: model.*\n/m, ""));
    expect(layout.trainings.filter(({ trained }) => trained.source === "qwen2")).toEqual([]);
    expect(
      layout.trainings.filter(({ model, trained }) => model === "qwen2-vl" && trained.source === "teacher"),
    ).toHaveLength(3);
  });

  it("trains once per seed, each in a cell and a run of its own", () => {
    const { layout } = open((text) => text.replace("loss: answer }", "loss: answer, seeds: [1, 2, 3] }"));
    const runs = layout.trainings.map(({ train }) => train.run.id);
    expect(new Set(runs).size).toBe(3 * (24 + 3));
    expect(new Set(layout.cells.map(({ cell }) => cellKey(cell))).size).toBe(layout.cells.length);
  });
});
