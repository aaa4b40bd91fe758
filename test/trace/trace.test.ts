import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { table2, toCsv, toMarkdown } from "../../lib/show/index";
import type { Study } from "../../lib/study/index";
import { isSound, type Trace, traceTarget, traceText } from "../../lib/trace/index";
import { folderOf as folderIn, makeStudy, reopen, rightIn, withFile } from "./study";

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
}, 120_000);
afterAll(() => rmSync(study.root, { recursive: true }));

const NAME = "qwen2-vl/picture/teacher-8";
const textOf = async (target: string) => {
  const again = reopen(study);
  const trace = await traceTarget(again, target);
  return { trace, text: traceText(again, trace), sound: isSound(trace) };
};
const ofKind = <Kind extends Trace["kind"]>(trace: Trace, kind: Kind) => {
  expect(trace.kind).toBe(kind);
  return trace as Extract<Trace, { kind: Kind }>;
};
const folderOf = (name: string): string => folderIn(study, name);
const countRight = (name: string): number => rightIn(study, name).filter(Boolean).length;

describe("a cell", () => {
  it("gives its number, counted again, and all runs down to the benchmark and the teacher's replies", async () => {
    const { trace, text, sound } = await textOf(NAME);
    const right = countRight(NAME);
    expect(ofKind(trace, "cell").cells[0]!.score).toMatchObject({ right, items: 20, unparsed: 0 });
    expect(text).toContain(`${NAME}\n${(5 * right).toFixed(2)} %: ${right} of 20 right`);
    expect(sound).toBe(true);
    expect(trace.runs.map(({ id }) => id.split("/")[0])).toEqual([
      "ask",
      "benchmark",
      "train",
      "samples",
      "ask",
      "ask",
    ]);
    expect(trace.runs.map(({ seeds }) => seeds.map(({ seed }) => seed))).toContainEqual([7]);
    for (const { id, manifest } of trace.runs) {
      const records = join(study.root, "runs", id, "manifest.json");
      expect(manifest).toEqual(JSON.parse(readFileSync(records, "utf8")));
    }
    expect(text).toMatch(/[0-9a-f]{16} of adapter\/adapter_model\.safetensors/);
    expect(text).toMatch(/[0-9a-f]{16} of train-8\.jsonl/);
    expect(text.split("\n").filter((line) => line.length > 80 && !/^ {2}\S+$/.test(line))).toEqual([]);
  });

  it("is compared with the report: the same, edited, or not in it", async () => {
    const folder = join(study.root, "report/tiny");
    mkdirSync(folder, { recursive: true });
    const csv = toCsv(table2(study.results()));
    const right = (5 * countRight(NAME)).toFixed(2);
    writeFileSync(join(folder, "table2.csv"), csv);
    const same = await textOf(NAME);
    expect([same.text, same.sound]).toEqual([expect.stringContaining("as in report/tiny/table2.csv"), true]);
    const column = csv.split("\n")[0]!.split(",").indexOf("8");
    const lines = csv.split("\n").map((line) => line.split(","));
    lines[1]![column] = lines[1]![column]!.replace(right, "99.99");
    writeFileSync(join(folder, "table2.csv"), lines.map((line) => line.join(",")).join("\n"));
    const edited = await textOf(NAME);
    expect(edited.sound).toBe(false);
    expect(edited.text.replace(/\s+/g, " ")).toContain("✗ report/tiny/table2.csv says 99.99");
    writeFileSync(join(folder, "table2.csv"), csv.replace(",8\n", ",9\n"));
    expect((await textOf(NAME)).text.replace(/\s+/g, " ")).toContain("report/tiny/table2.csv has no such entry");
    rmSync(folder, { recursive: true });
  });

  it("is not counted from replies that were edited, even where size and time are as before", async () => {
    const file = join(folderOf(NAME), "records.jsonl");
    const { mtimeMs } = JSON.parse(readFileSync(join(folderOf(NAME), "manifest.json"), "utf8")).files["records.jsonl"];
    const records = readFileSync(file, "utf8");
    const edited = records.replace('"content":"A.', '"content":"B.');
    expect(edited).not.toBe(records);
    const { text, sound } = await withFile(file, edited, async () => {
      utimesSync(file, 1, (mtimeMs + 0.5) / 1000);
      return textOf(NAME);
    });
    expect(sound).toBe(false);
    expect(text).toContain("This cell has no number");
    expect(text).toMatch(/✗ ask\/pictures-qwen2-vl-trained-on-8-\S+\n {2}records\.jsonl is not as it was/);
    expect((await textOf(NAME)).sound).toBe(true);
  });

  it("is not relied on where something below its answers was edited: the adapter, the training text, a teacher's reply", async () => {
    const { trace } = await textOf(NAME);
    const [, , train, samples, , replies] = trace.runs.map(({ id }) => join(study.root, "runs", id));
    for (const file of [
      join(train!, "adapter/adapter_model.safetensors"),
      join(samples!, "train-8.jsonl"),
      join(replies!, "records.jsonl"),
    ]) {
      const edited = readFileSync(file, "utf8").replace("e", "f");
      const { sound, text } = await withFile(file, edited, () => textOf(NAME));
      expect([file, sound]).toEqual([file, false]);
      expect(text).toContain("is not as it was when the run was completed");
    }
    expect((await textOf(NAME)).sound).toBe(true);
  });
});

describe("a file", () => {
  const file = () => join(study.root, "table2.csv");

  it("is the same byte for byte, or the entries that differ are named with both numbers", async () => {
    writeFileSync(file(), toCsv(table2(study.results())));
    const same = await textOf(file());
    expect(same.sound).toBe(true);
    expect(ofKind(same.trace, "file").cells.map(({ name }) => name)).toEqual([
      "qwen2-vl/picture",
      "qwen2-vl/picture/teacher-4",
      NAME,
    ]);
    const accuracy = (5 * countRight(NAME)).toFixed(2);
    const lines = toCsv(table2(study.results())).split("\n");
    lines[1] = lines[1]!.replace(new RegExp(`${accuracy}([^,]*)$`), "99.99$1");
    writeFileSync(file(), lines.join("\n"));
    const { trace, text, sound } = await textOf(file());
    expect(sound).toBe(false);
    const [difference, ...others] = ofKind(trace, "file").differences;
    expect(others).toEqual([]);
    expect(difference!.where).toMatch(/^Qwen2-VL, Teacher.*: 8$/);
    expect(difference!.file).toBe(difference!.computed!.replace(accuracy, "99.99"));
    expect(text).toContain("It was edited, or");
  });

  it("that is older than its runs is called so", async () => {
    writeFileSync(file(), "Model\nno more\n");
    utimesSync(file(), 1, 1);
    expect((await textOf(file())).text.replace(/\s+/g, " ")).toMatch(/\d+ runs behind it ended later: write it again/);
  });

  it("is not computed from replies that were edited, which are named", async () => {
    writeFileSync(file(), toCsv(table2(study.results())));
    for (const folder of [folderOf(NAME), join(study.root, study.layout.sources.teacher!.replies!.run.folder)]) {
      const records = join(folder, "records.jsonl");
      const { text, sound } = await withFile(records, readFileSync(records, "utf8").replace("e", "f"), () =>
        textOf(file()),
      );
      expect(sound).toBe(false);
      expect(text).toContain(`✗ ${folder.slice(folder.indexOf("ask/"))}\n  records.jsonl is not as it was`);
    }
    expect((await textOf(file())).sound).toBe(true);
  });

  it("in Markdown is compared by lines", async () => {
    const markdown = join(study.root, "table1.md");
    const right = toMarkdown(table2(study.results()));
    writeFileSync(join(study.root, "table2.md"), right.replace("Qwen2-VL", "Qwen3-VL"));
    const { trace } = await textOf(join(study.root, "table2.md"));
    expect(ofKind(trace, "file").differences.map(({ where }) => where)).toEqual(["line 5"]);
    writeFileSync(markdown, "");
    expect((await textOf(markdown)).sound).toBe(false);
  });

  it("that is no table or figure is refused", async () => {
    for (const name of ["notes.txt", "captions.md", "table9.csv"]) {
      writeFileSync(join(study.root, name), "x");
      await expect(textOf(join(study.root, name))).rejects.toThrow(
        name === "table9.csv" ? "has no csv file of a table or figure 'table9'" : "expected a table or figure",
      );
    }
  });
});

describe("a run, a sample", () => {
  it("is named by its id, its folder or its hash", async () => {
    const id = study.layout.sources.teacher!.samples.run.id;
    for (const target of [id, `runs/${id}/`, join(study.root, "runs", id), id.slice(-12)])
      expect((await textOf(target)).trace.runs[0]!.id).toBe(id);
    const answers = folderOf(NAME);
    expect((await textOf(answers)).text).toContain(`${NAME}: `);
  });

  it("shows the call, the raw reply and where it was used", async () => {
    const [sample] = study.results().text("teacher")!.kept;
    const id = readFileSync(join(study.root, study.layout.sources.teacher!.samples.run.path("train-4.jsonl")), "utf8")
      .split("\n")
      .map((line) => /"id":"([^"]+)"/.exec(line)?.[1])[0]!;
    const { trace, text } = await textOf(id);
    const { call, reply, fates, shown } = ofKind(trace, "sample").sample;
    expect(JSON.parse(reply!)).toHaveLength(5);
    expect(id).toContain(call);
    expect([...shown!].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(fates).toMatchObject([
      { source: "teacher", sizes: [4, 8], validation: false, cells: expect.arrayContaining([NAME]) },
    ]);
    expect(fates[0]!.cells).toContain("qwen2-vl/picture:shuffled-picture/teacher-8");
    expect(fates[0]!.cells).toContain("qwen2-vl/picture/own-labels-8");
    expect(text).toContain("Source teacher: in the training sets of 4 and 8");
    expect(sample!.id).toMatch(/^teacher-call-/);
  });

  it("that was rejected says why", async () => {
    const rejected = study
      .results()
      .text("teacher")!
      .rejected.find(({ what }) => what.startsWith("teacher-call-"));
    if (!rejected) return;
    expect((await textOf(rejected.what)).text).toContain(`Source teacher: rejected (${rejected.reason}`);
  });
});

it("says what it expects where nothing has that name, with the names of cells that are near", async () => {
  await expect(textOf("qwen2-vl/picture/teacher-9")).rejects.toThrow(/some of its cells: qwen2-vl\/picture, /i);
  await expect(textOf("x\u001b[2J")).rejects.toThrow(/^x\\u001b\[2J: expected a file/);
});

it("keeps texts of others from controlling the terminal", async () => {
  const { samples } = study.layout.sources.teacher!;
  const first = readFileSync(join(study.root, samples.run.path("records.jsonl")), "utf8").split("\n")[0]!;
  const { id, call } = JSON.parse(first) as { id: string; call: string };
  const trace = ofKind(await traceTarget(reopen(study), id), "sample");
  const text = traceText(study, { ...trace, sample: { ...trace.sample, reply: `\u001b[2J${call}\u202e` } });
  expect(text).toContain(`\\u001b[2J${call}\\u202e`);
});
