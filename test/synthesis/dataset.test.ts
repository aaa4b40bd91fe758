import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { captionDecisionPrompt, scriptDecisionPrompt } from "../../lib/prompts/index";
import { createRandom } from "../../lib/random";
import { type Dataset, datasetIdentity, readDataset } from "../../lib/synthesis/dataset";
import { readText } from "../../lib/synthesis/dataset-text";
import { listen } from "../ask/listen";
import { sample } from "./sample";

const FIXTURES = join(import.meta.dirname, "fixtures");
const root = mkdtempSync(join(tmpdir(), "wov-dataset-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Writes a file of the project, and reads it as a dataset. */
const write = (path: string, content: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const readLines = (rows: readonly unknown[], more: Partial<Dataset> = {}) => {
  write("rows.jsonl", lines(rows));
  return readDataset(root, { dataset: "rows.jsonl", ...more }, "s");
};
/** The question of the only row. */
const readOne = async (row: unknown, more?: Partial<Dataset>) => {
  const { samples, rejected } = await readLines([row], more);
  expect(rejected).toEqual([]);
  const { id: _, source: __, call: ___, ...question } = samples[0]!;
  return question;
};
/** Why a row is rejected that is beside a good one. */
const reasonOf = async (row: unknown) => (await readLines([plain, row])).rejected.map(({ reason }) => reason);

const plain = {
  situation: "A boy has fallen.",
  question: "What first?",
  options: ["A. Help him.", "B. Walk on."],
  answer: "A",
  rationale: "He is hurt.",
};
const options = [
  { letter: "A", text: "Help him." },
  { letter: "B", text: "Walk on." },
];
const question = { situation: "A boy has fallen.", question: "What first?", options, answer: "A", rationale: "" };

describe("the kit's own files are read", () => {
  it("as questions, with ids of their rows", async () => {
    const { samples, rejected, rows, files } = await readLines([plain, { ...plain, answer: "F" }, plain]);
    expect(samples.map(({ id, call, source }) => [id, call, source])).toEqual([
      ["s-row-1", "row-1", "s"],
      ["s-row-3", "row-3", "s"],
    ]);
    expect(samples[0]).toEqual({ ...question, rationale: "He is hurt.", id: "s-row-1", call: "row-1", source: "s" });
    expect(rejected).toEqual([
      { reason: "the answer is no option", what: JSON.stringify({ ...plain, answer: "F" }), call: "row-2" },
    ]);
    expect([rows, files]).toEqual([3, [{ path: "rows.jsonl", sha256: expect.stringMatching(/^\w{64}$/), rows: 3 }]]);
  });

  const strange = sample(
    "x",
    "He says:\n\nQuestion: what now?\n## Question: really?\n\n#[Action List]:\nA. Use the map.",
    {
      question: "Which of these is right?\nA. first\nB. second",
      options: [
        { letter: "A", text: "B. Smith is called.\n\nOnly then go." },
        { letter: "B", text: "Now answer the question." },
        { letter: "C", text: "Go." },
      ],
      answer: "B",
    },
  );
  const samples = [sample("1", "One."), { ...sample("2", "Two.\nOr three."), order: [2, 1, 0] }, strange];
  const asQuestion = ({ situation, question, options, answer }: typeof strange) => ({
    ...{ situation, question, options, answer },
  });

  it("as saved samples", async () => {
    const read = await readLines(samples);
    expect(read.samples.map((one) => ({ ...asQuestion(one), rationale: one.rationale }))).toEqual(
      samples.map((one) => ({ ...asQuestion(one), rationale: one.rationale })),
    );
  });

  const completions = {
    letter: (one: typeof strange) => one.answer,
    option: (one: typeof strange) => `${one.answer}. ${one.options.find((o) => o.letter === one.answer)!.text}`,
    "option-and-rationale": (one: typeof strange) => `${completions.option(one)}\n\n${one.rationale}`,
  };
  const wordings = { paper: captionDecisionPrompt, scripts: scriptDecisionPrompt };
  for (const [name, wording] of Object.entries(wordings))
    for (const [form, complete] of Object.entries(completions))
      it(`as training lines in the wording of "${name}" with the completion "${form}"`, async () => {
        const read = await readLines(
          samples.map((one) => ({
            prompt: [{ role: "user", content: wording(one.situation, one.options, one.question) }],
            completion: [{ role: "assistant", content: complete(one) }],
            id: one.id,
          })),
        );
        expect(read.rejected).toEqual([]);
        expect(read.samples.map(asQuestion)).toEqual(samples.map(asQuestion));
        const rationales =
          form === "option-and-rationale" ? samples.map((one) => one.rationale) : samples.map(() => "");
        expect(read.samples.map(({ rationale }) => rationale)).toEqual(rationales);
      });

  it("as any prompt that the wordings make", () => {
    const random = createRandom("prompts");
    const words = "A dog, B. Smith (C) and 3 men: go. Situation Question? #1 *now* I. – ü".split(" ");
    const text = () => Array.from({ length: 1 + random.int(12) }, () => random.pick(words)).join(" ");
    for (let i = 0; i < 1000; i++) {
      const parts = { situation: text(), question: text() };
      const texts = Array.from({ length: 2 + random.int(5) }, (_, at) => ({ letter: "ABCDEFGH"[at]!, text: text() }));
      for (const wording of Object.values(wordings))
        expect(readText(wording(parts.situation, texts, parts.question))).toEqual({
          ...parts,
          options: Object.fromEntries(texts.map((one) => [one.letter, one.text])),
        });
    }
  });

  it("as a run's folder, of which the training files repeat the records", async () => {
    write("run/records.jsonl", lines([plain]));
    write("run/rejected.jsonl", lines([{ reason: "x", what: "y", call: "z" }]));
    write("run/train-1.jsonl", lines([plain]));
    write("run/manifest.json", "{}");
    expect(await readDataset(root, { dataset: "run" }, "s")).toMatchObject({
      rows: 1,
      files: [{ path: "records.jsonl" }],
    });
  });
});

describe("a question in one text is read", () => {
  const released =
    "You are given a situation and a question. \nBased on the situation provided, select the most appropriate option " +
    "to answer the question:\n\n## Situation: \nA boy has fallen.\n\n## Question:\nWhat first?\nA. Help him.\nB. Walk " +
    "on.\n\nNow answer the question. Just output the choice:";
  it.each([
    ["as the authors' later scripts write it", released],
    ["with a stray quotation mark at the end, as there", `${released}'`],
    ["with Windows line breaks and an image token", `<image>${released.replaceAll("\n", "\r\n")}`],
    [
      "with the paper's headings",
      "#[Situation]: A boy has fallen.\n#[Question]: What first?\n#[Action List]:\nA. Help him.\nB. Walk on.",
    ],
    [
      "with bold headings",
      "**Situation:** A boy has fallen.\n\n**Question:** What first?\n\n**Options:**\n(A) Help him.\n(B) Walk on.",
    ],
    [
      "with headings without a colon",
      "## Situation\nA boy has fallen.\n## Question\nWhat first?\n## Options\n- A: Help him.\n- B: Walk on.",
    ],
    [
      "with an instruction to think",
      "Situation: A boy has fallen.\nQuestion: What first?\nA) Help him.\nB) Walk on.\n\nYou FIRST think about the " +
        "reasoning process.\n\nThe answer MUST BE in <answer> </answer> tags.",
    ],
    [
      "with an instruction directly after the options",
      "Situation: A boy has fallen.\nQuestion: What first?\nA. Help him.\nB. Walk on.\nJust output the choice:",
    ],
    [
      "in the paper's wording with other line breaks",
      captionDecisionPrompt("A boy has fallen.", options, "What first?").replaceAll("\n\n", "\n"),
    ],
  ])("%s", async (_, problem) => expect(await readOne({ problem, answer: "A", images: [] })).toEqual(question));

  it.each([
    "A",
    " a ",
    "(A)",
    "A. Help him.",
    "Help him",
    "<answer>A</answer>",
    "<answer> A. Help him. </answer>",
    "The right choice is A.",
    "**A**",
  ])("with the answer %j", async (answer) => expect(await readOne({ problem: released, answer })).toEqual(question));

  it("with reasoning before the answer, as its rationale", async () =>
    expect(
      await readOne({ problem: released, answer: "<think>\nHe is hurt, so not B.\n</think>\n<answer>\nA\n</answer>" }),
    ).toEqual({
      ...question,
      rationale: "He is hurt, so not B.",
    }));

  it("under the names that other programs use", async () => {
    const user = { role: "user", content: [{ type: "text", text: released }] };
    expect(await readOne({ question: released, answer: "A" })).toEqual(question);
    expect(await readOne({ prompt: released, completion: "A" })).toEqual(question);
    expect(
      await readOne({ messages: [{ role: "system", content: "x" }, user, { role: "assistant", content: "A" }] }),
    ).toEqual(question);
    expect(await readOne({ Task: released, gold: "A" }, { columns: { problem: "Task" } })).toEqual(question);
    const withoutOptions = released.replace(/A\. [\s\S]*B\. .*/, "");
    expect(await readOne({ problem: withoutOptions, choices: ["Help him.", "Walk on."], answer: "A" })).toEqual(
      question,
    );
  });

  it.each([
    ["no situation in the text", "What is 2 + 2?\nA. 4\nB. 5"],
    ["a field is missing", "Situation: A boy has fallen.\nA. Help him.\nB. Walk on."],
    ["a field is missing", "Situation: A boy has fallen.\nQuestion: What first?"],
    ["options not to be told apart", "Situation: A boy has fallen.\nQuestion: What first?\nA. Help him.\nC. Walk on."],
    [
      "options not to be told apart",
      "Situation: A boy.\nQuestion: What first?\nOptions:\nSome of\nA. Help him.\nB. Walk on.",
    ],
    [
      "text after the options",
      "Situation: A boy.\nQuestion: What first?\nA. Help him.\nB. Walk on.\n\nThen he got up.",
    ],
    ["the situation is in a picture", scriptDecisionPrompt("Shown in the given image.", options, "What first?")],
    ["two equal options", "Situation: A boy.\nQuestion: What first?\nA. Help him.\nB. Help him"],
  ])("or rejected: %s", async (reason, problem) => {
    expect(await reasonOf({ problem, answer: "A" })).toEqual([reason]);
  });

  it("or rejected without delay, however long it is", () => {
    const heads = "\n\n#[Action List]:\nA. \n## Question: \n\n#[Situation]: ".repeat(5000);
    for (const text of [
      heads,
      " ".repeat(1e6),
      "**".repeat(1e5),
      `Situation: ${"\n## Question:\nA. x\nB. y".repeat(5000)}`,
    ])
      expect(() => readText(text)).not.toThrow();
    for (const wording of [captionDecisionPrompt, scriptDecisionPrompt]) readText(wording(heads, [], heads));
  });

  it("or rejected if a picture comes with it", async () =>
    expect(await reasonOf({ problem: released, answer: "A", images: [{ bytes: null, path: "x.jpg" }] })).toEqual([
      "the situation is in a picture",
    ]));
});

describe("choices and answers in columns are read", () => {
  const base = { scenario: "A boy has fallen.", question: "What first?" };
  it.each([
    ["a list and a letter", { choices: ["Help him.", "Walk on."], answer: "A" }],
    ["a list and the text", { choices: ["Help him.", "Walk on."], gold: "Help him." }],
    ["a number from 0", { choices: ["Help him.", "Walk on."], label: 0 }],
    ["a number as text", { choices: ["Help him.", "Walk on."], answer_idx: "0" }],
    ["labels", { choices: { text: ["Help him.", "Walk on."], label: ["1", "2"] }, answerKey: "1" }],
    ["columns of their own", { A: "Help him.", B: "Walk on.", answer: "A" }],
    ["one text", { options: "A. Help him.\nB. Walk on.", answer: "A" }],
  ])("%s", async (_, more) => expect(await readOne({ ...base, ...more })).toEqual(question));

  const numbered = (...labels: unknown[]) =>
    readLines(labels.map((label) => ({ ...base, choices: ["Help him.", "Walk on.", "Sing."], label })));
  it("as numbers from 0 or from 1, as the file shows", async () => {
    const answers = async (...labels: unknown[]) => (await numbered(...labels)).samples.map(({ answer }) => answer);
    expect(await answers(0, 1, 2)).toEqual(["A", "B", "C"]);
    expect(await answers(1, 3, 2)).toEqual(["A", "C", "B"]);
    const { samples, rejected } = await numbered(0, 3);
    expect([samples.length, rejected.map(({ reason }) => reason)]).toEqual([1, ["the answer is no option"]]);
    await expect(numbered(1, 2)).rejects.toThrow(/in 2: the answer's number may count from 0 or from 1/);
  });

  it("under names that the profile gives", async () => {
    const row = { text: base.scenario, ask: base.question, c: ["Help him.", "Walk on."], y: "A", why: "Hurt." };
    const columns = { situation: "text", question: "ask", options: "c", answer: "y", rationale: "why" };
    expect(await readOne(row, { columns })).toEqual({ ...question, rationale: "Hurt." });
  });
});

describe("files are read", () => {
  it.each([
    ["JSON", "list.json", JSON.stringify([plain, plain])],
    ["JSON with the list under a key", "under.json", JSON.stringify({ version: 1, data: [plain, plain] })],
    [
      "JSON as Python writes it",
      "python.json",
      `[${JSON.stringify(plain)}, {"x": NaN, ${JSON.stringify(plain).slice(1)}]`,
    ],
    ["JSON that is JSON Lines", "lines.json", lines([plain, plain])],
    [
      "JSON Lines with a byte order mark and Windows line breaks",
      "mark.jsonl",
      `\uFEFF${lines([plain, plain]).replaceAll("\n", "\r\n")}`,
    ],
  ])("%s", async (_, path, content) => {
    write(path, content);
    expect((await readDataset(root, { dataset: path }, "s")).samples).toHaveLength(2);
  });

  it("Parquet, as the authors' text has it", async () => {
    const { samples, rejected } = await readDataset(root, { dataset: join(FIXTURES, "problems.parquet") }, "s");
    expect(rejected).toEqual([]);
    expect(samples.map(({ situation, answer }) => [situation, answer])).toEqual([
      ["A boy has fallen off his bicycle.", "A"],
      ["A woman's bag is on fire – it smokes.", "C"],
      ["Two children play at the kerb.", "A"],
    ]);
    expect(samples[1]).toMatchObject({
      question: "Which action is least helpful?",
      options: [{ text: "Pour water on it." }, { text: "Call for help." }, { letter: "C", text: "Wait and see." }],
    });
  });

  it("Parquet with lists and numbers", async () => {
    const { samples } = await readDataset(root, { dataset: join(FIXTURES, "choices.parquet") }, "s");
    expect(samples.map(({ answer, options: { length } }) => [answer, length])).toEqual([
      ["A", 3],
      ["B", 3],
    ]);
  });

  it("a folder: all its files, or those that are named", async () => {
    write("folder/data/b.jsonl", lines([plain]));
    write("folder/a.jsonl", lines([plain, plain]));
    write("folder/dataset_infos.json", "{}");
    write("folder/README.md", "x");
    const read = (files?: string[]) => readDataset(root, { dataset: "folder", files }, "s");
    const all = await read();
    expect(all.files.map(({ path, rows }) => [path, rows])).toEqual([
      ["a.jsonl", 2],
      ["data/b.jsonl", 1],
    ]);
    expect(all.samples.map(({ id }) => id)).toEqual(["s-file-1-row-1", "s-file-1-row-2", "s-file-2-row-1"]);
    expect((await read(["data/*.jsonl"])).samples.map(({ id }) => id)).toEqual(["s-row-1"]);
    await expect(read(["c.jsonl"])).rejects.toThrow(
      "folder: 'files' names c.jsonl, and no file that ends with .jsonl, .json or .parquet matches it; there is README.md, a.jsonl,",
    );
  });

  it("lines that are not JSON are rejected, with the line", async () => {
    write("torn.jsonl", `${lines([plain])}\n{"situation": "A wom`);
    expect((await readDataset(root, { dataset: "torn.jsonl" }, "s")).rejected).toEqual([
      { reason: "no JSON", what: '{"situation": "A wom', call: "row-3" },
    ]);
  });
});

describe("what is wrong is said in one sentence, with what to do", () => {
  const broken = (path: string, content: string, message: RegExp | string) => [path, content, message] as const;
  it.each([
    broken(
      "columns.jsonl",
      lines([{ text_a: "x", y: 1 }]),
      "columns.jsonl: has the columns 'text_a', 'y'; expected 'situation', 'question', 'options' and 'answer'; " +
        "'problem' and 'answer'; 'prompt' and 'completion'; or 'messages'. Name them under 'columns' in the profile, " +
        "such as columns: { problem: text, answer: gold }",
    ),
    broken(
      "none.jsonl",
      lines([{ ...plain, answer: "F" }, 5, { ...plain, answer: "G" }]),
      /^none\.jsonl: none of its 3 rows can be read as a question; in 2: the answer is no option \(such as row 1: \{"situation"/,
    ),
    broken("empty.jsonl", "\n", "empty.jsonl: is empty; expected rows with questions"),
    broken("broken.json", "[{]", /^broken\.json: cannot be read as JSON: /),
    broken("broken.parquet", "PAR1", /^broken\.parquet: cannot be read as Parquet: /),
    broken("rows.csv", "a,b", "rows.csv: expected a file that ends with .jsonl, .json or .parquet, or a folder"),
  ])("%s", async (dataset, content, message) => {
    write(dataset, content);
    await expect(readDataset(root, { dataset }, "s")).rejects.toThrow(message);
  });

  it("a column that is named and not there", async () =>
    await expect(readLines([plain], { columns: { answer: "gold" } })).rejects.toThrow(
      /^rows\.jsonl: 'columns' names 'gold' for answer, which it does not have\. It has the columns 'situation', /,
    ));

  it.each([
    ["nowhere.jsonl", "nowhere.jsonl: there is no such file or folder; expected a path in the project, or user/name"],
    ["data/nowhere.jsonl", "data/nowhere.jsonl: there is no such file or folder"],
    ["../../x", "../../x: there is no such file or folder"],
  ])("%s", async (dataset, message) => {
    await expect(readDataset(root, { dataset }, "s")).rejects.toThrow(message);
    expect(() => datasetIdentity(root, { dataset })).toThrow(message);
  });

  it("a folder without data", async () => {
    write("bare/notes.txt", "x");
    await expect(readDataset(root, { dataset: "bare" }, "s")).rejects.toThrow(
      "bare: expected a file that ends with .jsonl, .json or .parquet; there is notes.txt",
    );
  });
});

describe("the identity of a dataset", () => {
  it("of files is their content, whatever their names, and how columns are read", () => {
    write("one.jsonl", lines([plain]));
    write("two.jsonl", lines([plain]));
    const identity = (more: Partial<Dataset>) => datasetIdentity(root, { dataset: "one.jsonl", ...more });
    expect(identity({})).toEqual({ files: [expect.stringMatching(/^\w{64}$/)], columns: {} });
    expect(identity({ dataset: "two.jsonl" })).toEqual(identity({}));
    expect(identity({ columns: { answer: "gold" } })).not.toEqual(identity({}));
    write("one.jsonl", lines([plain, plain]));
    expect(identity({ dataset: "two.jsonl" })).not.toEqual(identity({}));
  });

  it("of the Hub is its name, revision and files", () => {
    expect(datasetIdentity(root, { dataset: "me/q" })).toEqual({
      hub: "me/q",
      revision: "main",
      files: "all",
      columns: {},
    });
    expect(datasetIdentity(root, { dataset: "me/q", revision: "v1", files: ["a.jsonl"] })).toMatchObject({
      revision: "v1",
      files: ["a.jsonl"],
    });
  });
});

describe("a dataset of the Hub", () => {
  const TOKEN = "hf_secretsecretsecret";
  const COMMIT = "c".repeat(40);
  const NAME = "zhehuderek/textual_decisionmaking_data";
  const parquet = readFileSync(join(FIXTURES, "problems.parquet"));
  let content: Record<string, Buffer>;
  let hub: Awaited<ReturnType<typeof listen>>;
  let calls: string[];
  let tokens: Set<string | undefined>;
  let refuse: { status: number; error: string } | undefined;
  const before = { ...process.env };

  /** The Hub's protocol as far as it is needed: the commit of a revision, two pages of files, and their bytes. */
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url!, "http://hub");
    calls.push(url.pathname);
    tokens.add(request.headers.authorization);
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (refuse) return send(refuse.status, { error: refuse.error });
    if (/^\/api\/datasets\/[^/]+\/[^/]+\/revision\//.test(url.pathname)) {
      if (!url.pathname.startsWith(`/api/datasets/${NAME}/`)) return send(404, { error: "Repository not found" });
      if (!/\/(?:main|refs%2Fpr%2F1)$/.test(url.pathname)) return send(404, { error: "Invalid rev id" });
      return send(200, { _id: "1", id: NAME, sha: COMMIT, lastModified: "2025-05-01T00:00:00Z" });
    }
    if (url.pathname === `/api/datasets/${NAME}/tree/${COMMIT}`) {
      const entries = Object.entries(content).map(([path, bytes]) => ({
        type: "file",
        path,
        size: bytes.length,
        oid: "1",
        ...(path.endsWith(".parquet") && { lfs: { oid: sha(parquet), size: bytes.length, pointerSize: 130 } }),
      }));
      if (url.searchParams.has("cursor")) return send(200, entries.slice(1));
      response.setHeader("link", `<${hub.origin}${url.pathname}?cursor=1>; rel="next"`);
      return send(200, [{ type: "directory", path: "data", size: 0 }, ...entries.slice(0, 1)]);
    }
    const bytes = content[url.pathname.slice(`/datasets/${NAME}/resolve/${COMMIT}/`.length)];
    if (!bytes) return response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    response.setHeader("etag", '"abc"');
    if (request.headers.range === "bytes=0-0")
      return response.writeHead(206, { "content-range": `bytes 0-0/${bytes.length}` }).end(bytes.subarray(0, 1));
    return response.writeHead(200).end(bytes);
  };
  const sha = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  const cache = join(root, "data/datasets", NAME, "main");
  const read = (more: Partial<Dataset> = {}) => readDataset(root, { dataset: NAME, ...more }, "authors");

  beforeAll(async () => {
    hub = await listen(async (request, response) => answer(request, response));
  });
  beforeEach(() => {
    content = {
      "README.md": Buffer.from("# Data"),
      "data/test-00000-of-00001.parquet": parquet,
      "data/train-00000-of-00001.parquet": parquet,
    };
    [calls, tokens, refuse] = [[], new Set(), undefined];
    process.env = { ...before, HF_ENDPOINT: hub.origin, HF_TOKEN: undefined };
    delete process.env.HF_TOKEN;
    rmSync(join(root, "data"), { recursive: true, force: true });
    rmSync(join(root, ".env"), { force: true });
  });
  afterAll(async () => {
    process.env = before;
    await hub.close();
  });

  it("is downloaded once, at the commit of its revision", async () => {
    const first = await read({ files: ["data/train-*.parquet"] });
    expect(first).toMatchObject({ rows: 3, commit: COMMIT, files: [{ sha256: sha(parquet) }] });
    expect(first.samples.map(({ id }) => id)).toEqual(["authors-row-1", "authors-row-2", "authors-row-3"]);
    const asked = calls.length;
    expect(await read({ files: ["data/train-*.parquet"] })).toEqual(first);
    expect(calls.length).toBe(asked);
    expect((await read()).rows).toBe(6);
    expect(calls.slice(asked).every((path) => path.includes("/test-"))).toBe(true);
    expect([...tokens]).toEqual([undefined]);
  });

  it("is downloaded at other revisions into other folders", async () => {
    await read({ revision: "refs/pr/1" });
    expect(existsSync(join(root, "data/datasets", NAME, "refs%2Fpr%2F1/data/train-00000-of-00001.parquet"))).toBe(true);
  });

  it("is read with the token of .env, if there is one", async () => {
    writeFileSync(join(root, ".env"), `HF_TOKEN=${TOKEN}\n`);
    await read();
    expect([...tokens]).toEqual([`Bearer ${TOKEN}`]);
  });

  it("is not taken from a download that broke off, or is not what the Hub lists", async () => {
    content["data/train-00000-of-00001.parquet"] = Buffer.from("not the file");
    await expect(read()).rejects.toThrow(
      `${NAME}/data/train-00000-of-00001.parquet: the download is not the file that the Hub lists (12 of 12 bytes). Run`,
    );
    expect(existsSync(join(cache, "data/train-00000-of-00001.parquet"))).toBe(false);
    rmSync(cache, { recursive: true });
    content["data/train-00000-of-00001.parquet"] = parquet;
    await read();
    writeFileSync(join(cache, "data/train-00000-of-00001.parquet"), parquet.subarray(0, 100));
    expect((await read()).rows).toBe(6);
  });

  it("gives way to a folder of the same name", async () => {
    mkdirSync(join(root, NAME), { recursive: true });
    cpSync(join(FIXTURES, "problems.parquet"), join(root, NAME, "x.parquet"));
    expect((await read()).files).toMatchObject([{ path: "x.parquet" }]);
    rmSync(join(root, dirname(NAME)), { recursive: true });
    expect(calls).toEqual([]);
  });

  it.each([
    [
      401,
      undefined,
      "accept its terms at https://huggingface.co/datasets/" +
        NAME +
        ", and set HF_TOKEN in the environment or in .env",
    ],
    [403, TOKEN, "and check that HF_TOKEN is a token of that account"],
    [
      500,
      TOKEN,
      /cannot be downloaded: bad token ….*Check the connection and run the same command again, or put its files into a folder/,
    ],
  ])("says what to do after %d", async (status, token, message) => {
    if (token) process.env.HF_TOKEN = token;
    refuse = { status, error: `bad token ${TOKEN}` };
    const refused = await read().catch((error: Error) => error.message);
    expect(refused).toMatch(message);
    if (token) expect(refused).not.toContain(TOKEN);
  });

  it("says that there is none, or no such revision", async () => {
    await expect(readDataset(root, { dataset: "me/none" }, "s")).rejects.toThrow(
      "me/none: there is no such file or folder, and the Hub has no such dataset with a revision main. Check 'dataset' and 'revision'",
    );
    await expect(read({ revision: "v9" })).rejects.toThrow("no such dataset with a revision v9");
  });

  it("says that it cannot be reached", async () => {
    process.env.HF_ENDPOINT = "http://127.0.0.1:9";
    await expect(read()).rejects.toThrow(
      new RegExp(`^${NAME} cannot be downloaded: .*Check the connection and run the same command again`),
    );
  });

  it("refuses a token that is none", async () => {
    process.env.HF_TOKEN = "sk-abc";
    const refused = await read().catch((error: Error) => error.message);
    expect(refused).toBe("HF_TOKEN is no token of the Hub: expected one that begins with hf_");
  });
});
