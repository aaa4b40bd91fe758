import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { originOfFile } from "../../lib/print/index";
import { loadPaper } from "../../lib/published/index";
import { findEntry, PARTS } from "../../lib/report/contents";
import { writeReport } from "../../lib/report/index";
import type { Results, Study } from "../../lib/study/index";
import { readCsv } from "../../lib/trace/csv";
import { differencesOf } from "../../lib/trace/differences";
import { isSound, traceTarget } from "../../lib/trace/index";
import { makeResults } from "../show/results";
import { makeSeeded } from "../show/seeded";
import { makeStudy, reopen } from "./study";

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
}, 120_000);
afterAll(() => rmSync(study.root, { recursive: true }));

it("finds every file of tables and figures of the report as it was written, and an edit in each", async () => {
  const folder = join(study.root, "report/tiny");
  await writeReport(folder, study.results(), study.picture, loadPaper(study.root, study.profile));
  const files = readdirSync(folder).filter((name) => /\.(csv|md|svg|plotly\.json)$/.test(name));
  expect(files.length).toBeGreaterThan(20);
  for (const name of files) {
    const file = join(folder, name);
    expect([name, isSound(await traceTarget(reopen(study), file))]).toEqual([name, true]);
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
    );
    expect([name, isSound(await traceTarget(reopen(study), file))]).toEqual([name, false]);
  }
}, 120_000);

it.each(["runs", "published", "both"] as const)(
  "finds files of wov figures again, with numbers: %s",
  async (numbers) => {
    const out = join(study.root, `print-${numbers}`);
    const command = ["figures", "--profile", "tiny.yaml", "--out", out, "--numbers", numbers];
    const env = { ...process.env, WOV_ROOT: study.root };
    const { status, stderr } = spawnSync(process.execPath, ["lib/wov.mjs", ...command], {
      env,
      cwd: study.root,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    const names =
      numbers === "published"
        ? ["published-sizes.pdf", "published-table1.csv"]
        : ["table2.tex", "table2.csv", "figure2.svg", "figure2.pdf", "figure2.png"];
    for (const name of names) {
      const file = join(out, name);
      expect(originOfFile(file)).toEqual({ profile: "tiny.yaml", numbers });
      expect([name, isSound(await traceTarget(reopen(study), file))]).toEqual([name, true]);
      const bytes = readFileSync(file);
      bytes[bytes.length - 8]! ^= 1;
      writeFileSync(file, bytes);
      expect([name, isSound(await traceTarget(reopen(study), file))]).toEqual([name, false]);
    }
  },
  180_000,
);

it("finds each table and figure by the name of its files", () => {
  const results = makeSeeded({ items: 30, seeds: [1, 2] });
  const whole = { ...makeResults(), ...results, sources: [], replies: () => new Map() } as unknown as Results;
  const paper = loadPaper(study.root, study.profile);
  const entries = PARTS.flatMap((part) => part.entries);
  const made = entries.flatMap((entry) => {
    const all = [entry.make(whole, paper)].flat().filter((one) => one !== undefined && typeof one !== "string");
    return all.map((one) => ({
      entry,
      kind: "columns" in one ? ("table" as const) : ("figure" as const),
      name: one.name,
    }));
  });
  expect(made.length).toBeGreaterThan(25);
  expect(made.map(({ name }) => name)).toContain("growth-2");
  for (const { entry, kind, name } of made) expect([name, findEntry(kind, name)]).toEqual([name, entry]);
  expect(entries.filter(({ kind, name }) => (kind === "text") !== (name === undefined))).toEqual([]);
});

it("reads CSV as it is written", () => {
  expect(readCsv('a,"b, c",d\n1,"say ""x""",\n"two\nlines",,3\n')).toEqual([
    ["a", "b, c", "d"],
    ["1", 'say "x"', ""],
    ["two\nlines", "", "3"],
  ]);
  expect(readCsv("a,b\r\n1,2")).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
  expect(readCsv("")).toEqual([]);
});

it("says where files differ", () => {
  const differ = (ending: string, file: string, computed: string) =>
    differencesOf(ending, Buffer.from(file), Buffer.from(computed));
  expect(differ(".csv", "M,N\nx,1\n", "M,N\nx,1\n")).toEqual([]);
  expect(differ(".csv", "M,N\nx,1\ny,2\n", "M,N\nx,3\n")).toEqual([
    { where: "x: N", file: "1", computed: "3" },
    { where: "row 2", file: "y, 2", computed: undefined },
  ]);
  expect(differ(".csv", 'M\n"x"\n', "M\nx\n")).toEqual([{ where: "the bytes of the file" }]);
  expect(differ(".svg", "<svg><text>1</text></svg>", "<svg><text>2</text></svg>")).toEqual([
    { where: "text 1", file: "1", computed: "2" },
  ]);
  expect(differ(".svg", '<svg><rect x="1"/></svg>', '<svg><rect x="2"/></svg>')).toEqual([
    { where: "the bytes of the file" },
  ]);
  expect(differ(".plotly.json", '{"a":[1,2]}', '{"a":[1,3]}')).toEqual([{ where: "a.1", file: "2", computed: "3" }]);
  expect(differ(".plotly.json", "{", "{}")).toEqual([{ where: "the file is no longer JSON" }]);
  expect(differ(".png", "a", "b")).toEqual([{ where: "the bytes of the file" }]);
});

it("ends with exit code 1 where something differs, 2 where there is nothing of the name, and gives JSON", () => {
  const trace = (...args: string[]) =>
    spawnSync(process.execPath, ["lib/wov.mjs", "trace", ...args, "--profile", "tiny.yaml"], {
      env: { ...process.env, WOV_ROOT: study.root },
      cwd: study.root,
      encoding: "utf8",
    });
  const cell = trace("qwen2-vl/picture", "--json");
  expect([cell.status, JSON.parse(cell.stdout).cells[0].name]).toEqual([0, "qwen2-vl/picture"]);
  writeFileSync(join(study.root, "table1.csv"), "Model\n");
  expect(trace("table1.csv").status).toBe(1);
  expect(trace("table7").status).toBe(2);
}, 120_000);
