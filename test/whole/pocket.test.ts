import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tally } from "../../lib/count";
import { venvProgram } from "../../lib/process";
import { projectRoot } from "../../lib/root";
import { claims } from "../../lib/show/index";
import { openStudy, type Results } from "../../lib/study/index";
import { serveChat } from "../ask/server";
import { writeWithAnswers } from "./answers";
import { cellsOf, type Notebook, numbersOf, outputsOf, readNotebook } from "./notebook";
import { start, wov } from "./project";
import { accuraciesOf, nearAccuracy, nearShown, tableAfter } from "./tolerance";

// The study itself, in the project's own folder: what is computed already is not computed again.
const root = projectRoot();
const names = readdirSync(join(root, "notebooks")).filter((file) => file.endsWith(".ipynb"));
/** Whether the committed results were computed on this type of CPU, whose numbers are equal. */
const isSameCpu = ({ metadata }: Notebook) => metadata.words_over_vision?.cpu === cpus()[0]?.model;

interface Printed {
  profile: string;
  steps: { name: string; state: string }[];
  results: { model: string; variant: string; trained?: object; correct: number; unparsed: number; items: number }[];
}
let printed: Printed;
let results: Results;
let executed: string;

beforeAll(async () => {
  const { code, stdout, stderr } = await wov(root, "study", "--json");
  expect([code, stderr]).toEqual([0, expect.stringContaining("Report: ")]);
  printed = JSON.parse(stdout);
  results = openStudy("pocket", root).results();
  executed = mkdtempSync(join(tmpdir(), "wov-notebooks-"));
  const notebooks = await wov(root, "notebooks", "--to", executed);
  expect([notebooks.code, notebooks.stderr]).toEqual([0, expect.anything()]);
});
afterAll(() => rmSync(executed, { recursive: true, force: true }));

describe("the pocket study", () => {
  it("is done, and prints what programs read", () => {
    expect(printed.profile).toBe("pocket");
    expect(printed.steps.filter(({ state }) => state !== "done")).toEqual([]);
    // Two LLMs and three VLMs; 9 trainings on the teacher's text, 5 and 3 on that of models, 3 controls, 3 by a method.
    const [models, vlms] = [2 + 3 + 3, 3 + 3]; // also after training
    expect(tally(printed.results.map(({ variant }) => variant.replace(/\d/, "n")))).toEqual({
      plain: 5 + 9 + 5 + 3 + 3 + 3,
      "shuffled-picture": 3,
      "rotation-n": 4 * models,
      "no-picture": vlms,
      "gold-situation": models,
    });
    for (const result of printed.results)
      expect(result).toMatchObject({
        correct: expect.any(Number),
        unparsed: expect.any(Number),
        items: result.variant.startsWith("rotation") ? 300 : 1240,
      });
  });

  it("has base models that are neither hopeless nor finished", () => {
    for (const { model, variant, trained, correct, items } of printed.results)
      if (!trained && variant === "plain")
        expect([model, correct / items > 0.6, correct / items < 0.9]).toEqual([model, true, true]);
  });

  it("shows what the paper found, but for Mllama and its own base model's text as it was written", () => {
    const missing = claims(results).filter(({ holds }) => !holds);
    const ownText = "Training on text from the VLM's own base language model, as written, raises accuracy, too";
    expect(missing.map(({ claim, vlms }) => [claim, vlms])).toEqual([[ownText, { holds: 2, of: 3 }]]);
  });

  it.each(["1", "2"])(
    "gives Table %s of the README: exactly on the same type of CPU, nearly so elsewhere",
    (number) => {
      const [then, now] = ["README.md", `report/pocket/table${number}.md`].map((file) =>
        accuraciesOf(tableAfter(`Table ${number}`, readFileSync(join(root, file), "utf8"))),
      );
      expect(now).toHaveLength(then!.length);
      if (isSameCpu(readNotebook(join(root, "notebooks", names[0]!)))) expect(now).toEqual(then);
      expect(now!.filter((accuracy, i) => !nearAccuracy(accuracy, then![i]!))).toEqual([]);
    },
  );

  it("trained on no situation of the test", () => {
    const asked = new Set(results.items.map(({ situation }) => situation));
    const { layout } = openStudy("pocket", root);
    for (const { samples } of Object.values(layout.sources)) {
      const learnt = samples.run.records<{ situation: string }>().map(({ situation }) => situation);
      expect(learnt.length).toBeGreaterThanOrEqual(1000);
      expect(learnt.filter((situation) => asked.has(situation))).toEqual([]);
    }
  });

  it("leaves a report with every table and figure, every answer and every sample", () => {
    const report = join(root, "report/pocket");
    for (const name of ["table1", "table2", "controls", "sources", "sample-stats", "claims"])
      for (const ending of ["csv", "md"]) expect(existsSync(join(report, `${name}.${ending}`))).toBe(true);
    for (const name of ["pilot", "figure2", "growth", "controls-figure", "loss", "validation", "letters", "repeats"])
      expect(readFileSync(join(report, `${name}.svg`), "utf8")).toMatch(/^<svg .*<\/svg>$/s);
    const page = readFileSync(join(report, "index.html"), "utf8");
    expect(page.match(/class="item"/g)).toHaveLength(10);
    expect(page).not.toMatch(/(src|href)="http/);
    expect(readdirSync(join(report, "pictures")).filter((file) => file.endsWith(".svg"))).toHaveLength(1240);
    for (const file of ["systems", "items", "replies-12", "text", "source-0", "samples-0-0"])
      expect(existsSync(join(report, "data", `${file}.js`))).toBe(true);
  });
});

describe.each(names)("notebooks/%s", (name) => {
  let committed: Notebook;
  let again: Notebook;
  beforeAll(() => {
    committed = readNotebook(join(root, "notebooks", name));
    again = readNotebook(join(executed, name));
  });

  it("is committed as executed, from the first cell to the last", () => {
    const counts = committed.cells.flatMap((cell) => (cell.cell_type === "code" ? [cell.execution_count] : []));
    expect(counts).toEqual(counts.map((_, i) => i + 1));
  });

  it("has the same cells and kinds of output again, and no error", () => {
    expect(cellsOf(again)).toEqual(cellsOf(committed));
    expect(JSON.stringify(again.cells)).not.toContain('"name":"stderr"');
  });

  it("shows the same again: to the letter on the same kind of CPU, nearly so elsewhere", () => {
    if (isSameCpu(committed)) {
      expect(outputsOf(again)).toEqual(outputsOf(committed));
      return;
    }
    const [now, then] = [numbersOf(again), numbersOf(committed)];
    expect(now).toHaveLength(then.length);
    expect(now.filter((number, i) => !nearShown(number, then[i]!))).toEqual([]);
  });

  it("holds no path of a machine", () => {
    expect(JSON.stringify(committed)).not.toMatch(/\/(home|root|Users|work|tmp)\//);
  });
});

describe.concurrent.each(names)("the exercises of notebooks/%s", (name) => {
  it("have answers whose code runs and shows something", async ({ expect }) => {
    const folder = mkdtempSync(join(tmpdir(), "wov-answers-"));
    const file = join(folder, name);
    const answers = writeWithAnswers(join(root, "notebooks", name), file);
    expect(answers).toBeGreaterThanOrEqual(2);
    const args = ["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", file, "--log-level=WARN"];
    const kernel = "--ExecutePreprocessor.kernel_name=words-over-vision";
    await promisify(execFile)(venvProgram(root, "python"), [...args, kernel], { cwd: root });
    const added = readNotebook(file).cells.filter(({ id }) => id?.startsWith("answer-"));
    rmSync(folder, { recursive: true });
    expect(added).toHaveLength(answers);
    for (const { source, outputs = [] } of added) {
      expect([source.join(""), outputs.length > 0]).toEqual([source.join(""), true]);
      expect([source.join(""), JSON.stringify(outputs)]).toEqual([
        source.join(""),
        expect.not.stringContaining('"name":"stderr"'),
      ]);
    }
  });
});

describe.concurrent("the last section of notebook 1", () => {
  const KEY = "sk-notebook-0123456789";
  async function executeWith(endpoint: string, model: string) {
    const env = { WOV_ENDPOINT: endpoint, WOV_MODEL: model, WOV_BENCHMARK: undefined, OPENAI_API_KEY: KEY };
    const args = ["notebooks", "1-pilot-study", "--to", join(executed, model)];
    const { code, stdout, stderr } = await start(root, args, env).ended;
    return { code, printed: stdout + stderr };
  }

  it("asks an endpoint of one's own, and scores what it says", async ({ expect }) => {
    const server = await serveChat(() => "A");
    const { code, printed } = await executeWith(server.baseURL, "always-a");
    await server.close();
    expect(code).toBe(0);
    expect(printed + readFileSync(join(executed, "always-a", "1-pilot-study.ipynb"), "utf8")).not.toContain(KEY);
    const shown = JSON.stringify(readNotebook(join(executed, "always-a", "1-pilot-study.ipynb")).cells.at(-2)!.outputs);
    const right = results.items.filter(({ gold }) => gold === "A").length;
    expect(shown).toContain("All 1240 items are answered.");
    expect(shown).toContain(`text-align: right\\">${right}</td>`);
    const different = new Set(results.items.map(({ situation, options }) => JSON.stringify([situation, options])));
    expect(server.count()).toEqual({ asked: different.size, paid: different.size, paidTwice: 0 });
  });

  it("shows no key where the endpoint refuses it and repeats it", async ({ expect }) => {
    const server = await serveChat(() => ({ status: 401, body: { error: { message: `no ${KEY}` } } }));
    const { code, printed } = await executeWith(server.baseURL, "always-a-refused");
    await server.close();
    expect([code, printed]).toEqual([1, expect.stringContaining("401 no …")]);
    expect(printed).not.toContain(KEY);
  });

  afterAll(() => {
    for (const run of readdirSync(join(root, "runs/ask")).filter((name) => name.startsWith("situations-always-a-")))
      rmSync(join(root, "runs/ask", run), { recursive: true });
  });
});
