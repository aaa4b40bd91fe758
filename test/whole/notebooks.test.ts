import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleItems, findBenchmark } from "../../lib/notebook/examples";
import { loadPublished } from "../../lib/published/index";
import { projectRoot } from "../../lib/root";
import { openStudy } from "../../lib/study/index";
import { type Notebook, outputsOf, readNotebook } from "./notebook";
import { type Ended, start } from "./project";

// Notebooks 1 and 2 on the paper's profile, in a project without runs, without VIVA and without keys.
const here = projectRoot();
const root = mkdtempSync(join(tmpdir(), "wov-paper-"));
const executed = join(root, "executed");
const names = ["1-pilot-study", "2-data-synthesis"] as const;
const notebooks = new Map<string, Notebook>();
let ended: Ended;

/** All that the outputs of a notebook show, as text. */
const shownBy = (name: string): string =>
  outputsOf(notebooks.get(name)!)
    .flat()
    .map((one) => (typeof one === "string" ? one : Object.values(one).flat().join("")))
    .join("\n");

beforeAll(async () => {
  for (const shared of ["package.json", "remote", ".venv", "lib", "notebooks"])
    symlinkSync(join(here, shared), join(root, shared));
  mkdirSync(join(root, "data"));
  for (const entry of readdirSync(join(here, "data")).filter((name) => name !== "viva"))
    symlinkSync(join(here, "data", entry), join(root, "data", entry));
  const env = { WOV_PROFILE: "paper", WOV_ENDPOINT: undefined, OPENAI_API_KEY: undefined, HF_TOKEN: undefined };
  ended = await start(root, ["notebooks", ...names, "--to", executed], env).ended; // both at the same time
  for (const name of names) notebooks.set(name, readNotebook(join(executed, `${name}.ipynb`)));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(names)("notebooks/%s on the profile 'paper'", (name) => {
  it("runs to its end without an error", () => {
    expect(ended.code, ended.stderr).toBe(0);
    const outputs = notebooks.get(name)!.cells.flatMap((cell) => cell.outputs ?? []);
    expect(outputs.filter((one) => one.output_type === "error" || one.name === "stderr")).toEqual([]);
  });

  it("starts nothing, and says what is left, what that takes and how to start it", () => {
    const part = name === "1-pilot-study" ? "pilot" : "synthesis";
    const steps = openStudy("paper", root).plan([part]).length;
    expect(shownBy(name)).toContain(`Not started: ${steps} of ${steps} steps are left`);
    expect(shownBy(name)).toContain(`npx wov study --profile paper --only ${part}`);
    expect(shownBy(name)).toMatch(/access to meta-llama\/Llama-3\.1-8B-Instruct/);
    expect(existsSync(join(root, "runs"))).toBe(false);
  });

  it("holds no path of a machine", () => {
    expect(shownBy(name)).not.toMatch(/\/(home|root|Users|work|tmp)\//);
    expect(shownBy(name)).not.toContain(root);
  });
});

describe("notebook 1 on the profile 'paper'", () => {
  it("shows the plan with every step", () => {
    const steps = openStudy("paper", root).plan();
    const shown = shownBy("1-pilot-study").replace(/<td[^>]*>/g, "<td>");
    expect(shown).toContain(`<td>steps to do</td><td>${steps.length}</td>`);
    expect(steps.filter(({ step }) => !shown.includes(`<td>· ${step.name}</td>`))).toEqual([]);
  });

  it("shows the prompts and the published numbers", () => {
    const shown = shownBy("1-pilot-study");
    expect(shown).toContain("Example: a seed question, as no item is there yet");
    expect(shown).toContain("Based on the image provided, select the most appropriate course of initial action");
    const { numbers } = loadPublished(root);
    for (const { accuracy } of numbers.filter(({ place }) => place === "Table 1"))
      expect(shown).toContain(`>${accuracy.toFixed(2)}</td>`);
    expect(shown).toContain("Which of the paper's statements are supported, and which may be chance?");
  });

  it("says what is not there yet, and how to get the benchmark", () => {
    const shown = shownBy("1-pilot-study");
    expect(shown).toContain("Not there yet: the benchmark's items; `npx wov viva` downloads VIVA's questions.");
    expect(shown).toContain("Not there yet: “Pilot study: each VLM on pictures");
    expect(shown.replace(/<td[^>]*>/g, "<td>")).toContain("<td>Mllama 11B</td><td>picture</td><td>–</td>");
  });
});

describe("notebook 2 on the profile 'paper'", () => {
  it("shows seed questions in place of what a source wrote, and says so", () => {
    const shown = shownBy("2-data-synthesis");
    expect(shown).toContain("Not there yet: what the source wrote. In its place, seed questions");
    expect(shown).toContain("Now generate 5 candidate question with answer.");
    expect(shown).toContain("twin: 'item 8'");
    for (const title of ["What each source generated", "What the training text looks like", "Is a source exhausted"])
      expect(shown).toContain(`Not there yet: “${title}`);
  });
});

it("examples are items as soon as the benchmark's file is downloaded", () => {
  expect(findBenchmark(openStudy("paper", root))).toBeUndefined();
  const row = (index: number) => ({
    index,
    image_file: `${index}.jpg`,
    image_url: "",
    category: "A category",
    situation_description: `Situation ${index}`,
    action_list: ["A. Help.", "B. Wait."],
    answer: "A",
    action_answer: "Selected Action: A",
    reason: "",
  });
  mkdirSync(join(root, "data/viva"));
  writeFileSync(join(root, "data/viva/VIVA_annotation.json"), JSON.stringify([row(1), row(2)]));
  const items = exampleItems(openStudy("paper", root));
  expect(items.map(({ text, what }) => [text, what])).toEqual([
    ["Situation 1", "item 1, with its own sentence, as no caption is there yet"],
    ["Situation 2", "item 2, with its own sentence, as no caption is there yet"],
  ]);
});
