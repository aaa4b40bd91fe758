import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { cellKey, dryRun, loadProfile, openStudy } from "../../lib/study/index";
import { drawBenchmark, makeScratch } from "./scratch";

const root = projectRoot();
const folder = mkdtempSync(join(tmpdir(), "wov-profile-"));
afterAll(() => rmSync(folder, { recursive: true }));
const textOf = (name: string) => readFileSync(join(root, "data/profiles", `${name}.yaml`), "utf8");
const shipped = textOf("pocket");
const paper = textOf("paper");

/** The error that a changed copy of a profile gives, of the pocket one by default. */
function errorOf(change: (text: string) => string, text = shipped): Error & { exitCode?: number } {
  const file = join(folder, "mine.yaml");
  writeFileSync(file, change(text));
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

  const names = readdirSync(join(root, "data/profiles")).map((file) => file.replace(".yaml", ""));
  it.each(names)("reads the shipped profile %s, which has its file's name", (name) => {
    expect(loadProfile(root, name).name).toBe(name);
  });

  it.each(names)("gives each step of %s a name of its own: a job's tasks are told apart by them", (name) => {
    const steps = openStudy(name, root).layout.steps.map((step) => step.name);
    expect(steps.filter((step, i) => steps.indexOf(step) !== i)).toEqual([]);
  });

  it("says where it looked for a profile that is not there, and which are shipped", () => {
    expect(() => loadProfile(root, "nowhere")).toThrow(
      /^no profile 'nowhere': expected a file, or the name of one in data\/profiles\/: paper, pocket, pocket-seeds, small$/,
    );
  });

  const QWEN2 = "    path: Qwen/Qwen2-7B-Instruct\n";
  const OPENAI = "openai: { url: https://api.openai.com/v1, key: OPENAI_API_KEY, concurrency: 16 }";
  const endpoint = (text: string): [from: string, to: string] => [OPENAI, `openai: ${text}`];
  const url = (text: string) => endpoint(`{ url: "${text}" }`);

  /** What of the paper's profile is replaced by what, the key and the message, and what the message's line holds. */
  const WRONG: [what: string, [from: string, to: string], message: RegExp, at: string][] = [
    [
      "an endpoint of a model that is none",
      [QWEN2, `    endpoint: opnai\n    name: qwen\n`],
      /'models\.qwen2\.endpoint': expected the name of an endpoint: openai$/,
      "endpoint: opnai",
    ],
    [
      "an endpoint of a source that is none",
      ["endpoint: openai", "endpoint: opnai"],
      /'sources\.gpt-4o\.endpoint': expected the name of an endpoint: openai$/,
      "endpoint: opnai",
    ],
    [
      "a model that nobody answers for",
      [QWEN2, ""],
      /'models\.qwen2\.path': expected 'path', a folder or a name on the Hub, or 'endpoint'/,
      "revision: f2826a00ceef68f0f2b946d945ecc0477ce4450c",
    ],
    [
      "an endpoint without the model's name there",
      [QWEN2, `${QWEN2}    endpoint: openai\n`],
      /'models\.qwen2\.name': expected 'endpoint' and 'name'/,
      QWEN2.trim(),
    ],
    [
      "a model's name without its endpoint",
      [QWEN2, `${QWEN2}    name: qwen\n`],
      /'models\.qwen2\.name': expected 'endpoint' and 'name'/,
      "name: qwen",
    ],
    [
      "an endpoint that no model or source can name",
      [QWEN2, `${QWEN2}    endpoint: 7\n    name: qwen\n`],
      /'models\.qwen2\.endpoint': .*expected string/,
      "endpoint: 7",
    ],
    ["an address without http", url("api.openai.com/v1"), /'endpoints\.openai\.url': expected an address/, "url:"],
    ["an address of another protocol", url("ftp://a/v1"), /'endpoints\.openai\.url': expected an address/, "url:"],
    [
      "a wrong key of an endpoint",
      endpoint("{ url: https://a/v1, apikey: A }"),
      /'endpoints\.openai\.apikey'/,
      "apikey",
    ],
    [
      "a price below nothing",
      endpoint("{ url: https://a/v1, price: { input: -1, output: 1 } }"),
      /'endpoints\.openai\.price\.input': /,
      "price:",
    ],
    [
      "no requests in flight",
      endpoint("{ url: https://a/v1, concurrency: 0 }"),
      /'endpoints\.openai\.concurrency'/,
      "concurrency: 0",
    ],
    ["another mode", ["mode: batch", "mode: bach"], /'sources\.gpt-4o\.mode': .*live.*batch/, "mode: bach"],
    [
      "sizes of a source that are none of the profile's",
      ["sizes: [10000]", "sizes: [10000, 15000]"],
      /'sources\.released\.sizes': 15000 is none of the profile's sizes: 10000, 20000, 30000$/,
      "sizes: [10000, 15000]",
    ],
    [
      "a size of a source twice",
      ["sizes: [10000]", "sizes: [10000, 10000]"],
      /'sources\.released\.sizes': expected each size once/,
      "sizes: [10000, 10000]",
    ],
    [
      "sizes of the teacher",
      ["mode: batch", "sizes: [10000]"],
      /'sources\.gpt-4o\.sizes': the teacher's text is used at every size/,
      "sizes: [10000]",
    ],
    [
      "a dataset without its name",
      ["    dataset: zhehuderek/textual_decisionmaking_data\n", ""],
      /'sources\.released\.dataset': /,
      "kind: dataset",
    ],
    [
      "calls of a dataset, which is not asked",
      ["revision: main", "per_call: 4"],
      /'sources\.released\.per_call': /,
      "per_call: 4\n    sizes",
    ],
    [
      "a column that no question has",
      ["revision: main", "columns: { hint: text }"],
      /'sources\.released\.columns\.hint': /,
      "columns:",
    ],
    ["a source of another kind", ["kind: dataset", "kind: datset"], /'sources\.released\.kind': /, "kind: datset"],
    [
      "the wording of nobody",
      ["asking: paper", "asking: papper"],
      /'prompts\.asking': no prompts 'papper': expected paper, scripts, or a YAML file$/,
      "asking: papper",
    ],
    [
      "a card that the kit does not know",
      ["card: a100-80gb", "card: a1000"],
      /'runtime\.card': .*expected one of cpu, rtx-4090, a10g, l40s, a100-80gb, h100, h200/,
      "card: a1000",
    ],
    [
      "a licence that is perhaps there",
      ["gated: true", "gated: perhaps"],
      /'models\.llama\.gated': .*expected boolean/,
      "gated: perhaps",
    ],
    [
      "a VLM to be trained without its base",
      ["    base: llama\n", ""],
      /'models\.mllama\.base': .*'llm': llama, qwen2/,
      "path: meta-llama/Llama-3.2",
    ],
    ["parameters below one", ["parameters: 8.03e9", "parameters: 0"], /'models\.llama\.parameters': /, "parameters: 0"],
  ];
  it.each(WRONG)("names file, line and key of %s", (_, [from, to], message, at) => {
    expect(paper).toContain(from);
    const changed = paper.replace(from, to);
    const error = errorOf(() => changed);
    expect(error.message).toMatch(message);
    const line = changed.slice(0, changed.indexOf(at)).split("\n").length;
    expect(error.message).toContain(`mine.yaml, line ${line},`);
    expect(error.exitCode).toBe(2);
  });

  it.each([
    ["a name and a password in the address", ...url("https://user:pw-1234@api.openai.com/v1"), "pw-1234"],
    ["a password alone in the address", ...url("https://:pw-1234@api.openai.com/v1"), "pw-1234"],
    ["a key in the address", ...url("https://api.openai.com/v1?api-key=sk-1234"), "sk-1234"],
    ["a key in place of its variable", ...endpoint("{ url: https://a/v1, key: sk-proj-1234abcd }"), "sk-proj"],
    ["another key in place of its variable", ...endpoint("{ url: https://a/v1, key: 9f3c77aa01 }"), "9f3c77aa01"],
  ])("refuses %s, and does not print it", (_, from, to, secret) => {
    const { message } = errorOf((text) => text.replace(from, to), paper);
    expect(message).toMatch(
      /mine\.yaml, line 15, 'endpoints\.openai\.(url|key)': expected (an address without a key|the name of a variable)/,
    );
    expect(message).not.toContain(secret);
  });

  it("names the line of broken YAML in one line, and does not print what it holds", () => {
    const { message } = errorOf(
      (text) => text.replace("key: OPENAI_API_KEY, concurrency: 16 }", "key: [sk-1234, concurrency: 16 }"),
      paper,
    );
    expect(message).toMatch(/mine\.yaml, line 15: [^\n]+$/);
    expect(message).not.toContain("sk-1234");
  });

  it("refuses aliases of aliases, and thousands of brackets, in words and at once", () => {
    const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 9; i++) bomb.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}x]`);
    const bombed = errorOf(() => bomb.join("\n"));
    expect([bombed.exitCode, bombed.message]).toEqual([2, expect.stringMatching(/mine\.yaml, line 1: .*alias/i)]);
    for (const deep of ["x: ".concat("[".repeat(5000), "]".repeat(5000)), "? ".repeat(5000), "- ".repeat(5000)]) {
      const { exitCode, message } = errorOf((text) => `${text}\n${deep}\n`);
      expect(exitCode).toBe(2);
      expect(message).toMatch(/mine\.yaml, line \d+: more than 100 lists or keys are open at once/);
    }
  });

  it("takes a VLM that is only asked, and so has neither weights nor a base", () => {
    const file = join(folder, "asked.yaml");
    const asked = "  gpt: { endpoint: openai, name: gpt-4o, label: GPT, kind: vlm }\n";
    writeFileSync(file, paper.replace("captioner:", `${asked}\ncaptioner:`));
    const { layout } = openStudy(file, root);
    expect(layout.cells.filter(({ cell }) => cell.model === "gpt").map(({ cell }) => cell)).toEqual([
      { model: "gpt", input: "picture", variant: "plain" },
    ]);
  });
});

describe("a profile that extends another", () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const load = (name: string, text: string) => loadProfile(root, write(name, text));
  const messageOf = (name: string, text: string): string => {
    try {
      load(name, text);
    } catch (error) {
      expect((error as { exitCode?: number }).exitCode).toBe(2);
      return (error as Error).message;
    }
    throw new Error("the profile was taken");
  };
  const pocket = loadProfile(root, "pocket");

  it("merges maps, replaces lists and scalars, and removes what is null", () => {
    const { sources, ...rest } = pocket;
    const { qwen2, "qwen2-checked": _, ...others } = sources;
    expect(
      load(
        "child.yaml",
        "extends: pocket\nname: child\nsizes: [500, 1000]\nsources: { qwen2: { per_call: 3 }, qwen2-checked: null }\ntraining: { rank: 8, seeds: [1, 2] }\n",
      ),
    ).toEqual({
      ...rest,
      name: "child",
      sizes: [500, 1000],
      sources: { ...others, qwen2: { ...qwen2, per_call: 3 } },
      training: { ...pocket.training, rank: 8, seeds: [1, 2] },
    });
  });

  it("may extend a file beside it, which extends another", () => {
    write("middle.yaml", "extends: pocket\nname: middle\nseed: 8\ntraining: { rank: 8 }\n");
    expect(load("leaf.yaml", "extends: middle.yaml\nname: leaf\ntraining: { alpha: 4 }\n")).toMatchObject({
      name: "leaf",
      seed: 8,
      training: { rank: 8, alpha: 4, dropout: 0.05 },
    });
  });

  it("has the runs of a profile with the same values", () => {
    const same = openStudy(write("same.yaml", "extends: pocket\ntraining: { seeds: [7] }\n"), root);
    const ids = ({ layout }: typeof same) => layout.steps.map(({ run }) => run.id);
    expect(ids(same)).toEqual(ids(openStudy("pocket", root)));
  });

  it.each([
    [
      "the child's file and line for its own values",
      "training:\n  rank: many\n",
      /child\.yaml, line 4, 'training\.rank': /,
    ],
    ["the child for an unknown key", "training: { rnak: 4 }\n", /child\.yaml, line 3, 'training\.rnak': /],
    ["the child for what it removed", "training:\n  rank: null\n", /child\.yaml, line 4, 'training\.rank': /],
    [
      "the child for a list that it replaced",
      "sizes: [500, 500]\n",
      /child\.yaml, line 3, 'sizes': expected ascending/,
    ],
    ["the child for a map that it replaced", "models: 3\n", /child\.yaml, line 3, 'models': /],
    [
      "the child for a null that removes nothing",
      "trainings: null\n",
      /child\.yaml, line 3, 'trainings': null removes/,
    ],
    [
      "the parent for a value that is wrong there",
      "models: { llama: null }\n",
      /data\/profiles\/pocket\.yaml, line \d+, /,
    ],
  ])("names %s", (_, text, message) => {
    expect(messageOf("child.yaml", `extends: pocket\nname: child\n${text}`)).toMatch(message);
  });

  it("names the line of the parent's wrong value", () => {
    write("parent.yaml", shipped.replace("rank: 32", "rank: many"));
    expect(messageOf("child.yaml", "extends: parent.yaml\nname: child\n")).toContain(
      `parent.yaml, line ${lineOf(shipped, "rank: 32")}, 'training.rank': `,
    );
    write("parent.yaml", "extends: pocket\nseed: [");
    expect(messageOf("child.yaml", "extends: parent.yaml\n")).toMatch(/parent\.yaml, line 2: /);
  });

  it("refuses parents that are missing, nameless, or in a circle", () => {
    expect(messageOf("child.yaml", "name: child\nextends: nowhere\n")).toMatch(
      /child\.yaml, line 2, 'extends': no profile 'nowhere': expected a file beside this one, or the name of one in data\/profiles\/: paper, pocket/,
    );
    expect(messageOf("child.yaml", "extends: [pocket]\n")).toMatch(/line 1, 'extends': expected the name of a file/);
    write("a.yaml", "extends: b.yaml\n");
    expect(messageOf("b.yaml", "extends: a.yaml\n")).toMatch(
      /a\.yaml, line 1, 'extends': profiles that extend each other: b\.yaml extends a\.yaml extends b\.yaml$/,
    );
    expect(messageOf("own.yaml", "extends: own.yaml\n")).toContain("own.yaml extends own.yaml");
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
    const cells = renamed.results().cells.filter(({ trained }) => trained?.source === "tutor");
    expect(cells.filter(({ variant }) => ["plain", "shuffled-picture"].includes(variant))).toHaveLength(9 + 3);
  });

  it("may leave out the source that is a VLM's own base model", () => {
    const { layout } = open((text) =>
      text.replace(/^ {2}qwen2: \{ label: .*kind: model.*\n/m, "").replace(/^ {2}qwen2-checked:\n(?: {4}.*\n)*/m, ""),
    );
    expect(layout.trainings.filter(({ trained }) => trained.source === "qwen2")).toEqual([]);
    expect(
      layout.trainings.filter(({ model, trained }) => model === "qwen2-vl" && trained.source === "teacher"),
    ).toHaveLength(3);
  });

  it("checks only text that a model wrote", () => {
    const wrong = (source: string) => () =>
      open((text) => text.replace("kind: checked\n    source: llama\n", `kind: checked\n    source: ${source}\n`));
    const message = /line \d+.*llama-checked.*expected a source that asks a model .*: llama, qwen2/s;
    expect(wrong("teacher")).toThrow(message);
    expect(wrong("qwen2-checked")).toThrow(message);
    expect(wrong("nobody")).toThrow(message);
  });

  it("asks about a source's samples once, however many sources keep them in other ways", () => {
    const relabelled =
      "  llama-relabelled: { label: R, kind: checked, source: llama, check: { orders: 5, keep: relabel }, expect: 0.8 }\n";
    const { layout } = open((text) => text.replace(/^ {2}qwen2-checked:/m, `${relabelled}  qwen2-checked:`));
    const checks = layout.steps.filter(({ name }) => name === "llama answers its own questions again");
    expect(checks).toHaveLength(1);
    const { "llama-checked": checked, "llama-relabelled": other } = layout.sources;
    expect([checked!.check!.asked, other!.check!.asked]).toEqual([checks[0], checks[0]]);
    const own = layout.trainings.filter(
      ({ model, trained }) => model === "mllama" && trained.source.startsWith("llama-"),
    );
    expect(new Set(own.map(({ trained }) => trained.source))).toEqual(new Set(["llama-checked", "llama-relabelled"]));
  });

  it("trains once per seed, each in a cell and a run of its own", () => {
    const { layout } = open((text) => text.replace("loss: answer }", "loss: answer, seeds: [1, 2, 3] }"));
    const runs = layout.trainings.map(({ train }) => train.run.id);
    expect(new Set(runs).size).toBe(3 * (17 + 3 + 3));
    expect(new Set(layout.cells.map(({ cell }) => cellKey(cell))).size).toBe(layout.cells.length);
  });

  it("may ask other models about another benchmark, in another wording", () => {
    const scratch = makeScratch();
    try {
      const drawn = drawBenchmark(scratch, 4);
      writeFileSync(join(scratch, "wording.yaml"), 'picture: "Look. {options}\\nNow:"\ncaption: Describe it.\n');
      writeFileSync(
        join(scratch, "mine.yaml"),
        paper
          .replace("{ kind: viva }", "{ kind: file, file: bench.json, images: pictures }")
          .replace("name: paper", "name: mine")
          .replace("asking: paper", "asking: wording.yaml")
          .replaceAll("llava-hf/llava-onevision-qwen2-7b-ov-hf", "someone/another-vlm"),
      );
      const study = openStudy(join(scratch, "mine.yaml"), scratch);
      expect(study.plan().every(({ state }) => state === "new")).toBe(true);
      const { requests, jobs } = dryRun(study, 3);
      const of = (name: string) => requests.find(({ step }) => step.name === name)!.made;
      const decided = of("llava-onevision decides on pictures");
      expect(decided.map(({ custom_id }) => custom_id)).toEqual(["1", "2", "3"]);
      expect(JSON.stringify(decided[0]!.body.messages)).toContain(`Look. ${drawn[0]!.row.action_list[0]}`);
      expect(JSON.stringify(of("llava-onevision describes the pictures")[0]!.body.messages)).toContain("Describe it.");
      expect(new Set(jobs.map(({ model }) => model))).toContain("someone/another-vlm");
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});
