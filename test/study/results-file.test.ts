import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { claimsTable, gapTable, table1, table2, toText } from "../../lib/show/index";
import { type AnswerResults, cellKey, readResultsFile, type Study, writeResultsFile } from "../../lib/study/index";
import { makeSeeded } from "../show/seeded";

const folder = mkdtempSync(join(tmpdir(), "wov-results-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "results.json");

const manifest = {
  code: { version: "0.1.0", commit: "abc", dirty: false },
  packages: { torch: "2", jedi: "1" },
  hardware: { cpu: "c", cores: 2, memoryGiB: 8, gpus: [], platform: "linux x64", node: "v20" },
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: "2026-01-02T00:00:00.000Z",
  seconds: 10.4,
};
/** A study that has these results, and two finished runs. */
const studyOf = (results: AnswerResults, runs: object[] = [manifest, { ...manifest, seconds: 5 }]): Study =>
  ({
    profile: { name: "made-up" },
    layout: { steps: runs.map((one) => ({ run: { state: () => "done", manifest: () => one } })) },
    results: () => results,
  }) as unknown as Study;

const results = makeSeeded({ items: 30, seeds: [1, 2] });

describe("a file of results", () => {
  it("gives back what tables need, with what was not asked, not parsed, or not computed", () => {
    const [first, second, third] = results.cells.map(cellKey);
    const odd: AnswerResults = {
      ...results,
      get(cell) {
        const [found, key] = [results.get(cell)!, cellKey(cell)];
        if (key === third) return undefined;
        if (key !== first && key !== second) return found;
        const letters = new Map<number, string | null>(found.letters);
        if (key === first) letters.delete(3);
        else letters.set(4, null);
        const correct = results.items.filter(({ index, gold }) => letters.get(index) === gold).length;
        return { ...found, letters, correct, items: letters.size, unparsed: key === second ? 1 : 0 };
      },
    };
    const written = writeResultsFile(studyOf(odd), file);
    const read = readResultsFile(file);
    expect(read.cells).toEqual(odd.cells);
    for (const cell of odd.cells) expect(read.get(cell)).toEqual(odd.get(cell));
    for (const key of ["items", "clusters", "labels", "bases", "sizes", "seeds", "sources", "evidence"] as const)
      expect(read[key]).toEqual(odd[key]);
    expect(read.manifest).toEqual(written);
    expect(read.manifest).toMatchObject({
      ...{ runs: 2, seconds: 15, packages: [{ torch: "2" }], code: [manifest.code], hardware: [manifest.hardware] },
    });
    for (const table of [table1, table2, claimsTable, gapTable]) expect(toText(table(read))).toBe(toText(table(odd)));
  });

  it("has equal bytes for equal results, and another digest for others", () => {
    const other = join(folder, "other.json");
    expect(writeResultsFile(studyOf(results), file)).toEqual(writeResultsFile(studyOf(results), other));
    expect(readFileSync(file)).toEqual(readFileSync(other));
    const { sha256 } = writeResultsFile(studyOf({ ...results, seeds: [1, 2, 3] }), other);
    expect(sha256).not.toBe(readResultsFile(file).manifest.sha256);
  });

  it("is small: 1,240 items take about as many bytes per cell", () => {
    const large = makeSeeded({ items: 1240, seeds: [1], builds: 1 });
    writeResultsFile(studyOf(large), file);
    expect(statSync(file).size).toBeLessThan(35_000 + large.cells.length * 1_450);
  });

  it("is refused if it was changed, cut or is something else", () => {
    writeResultsFile(studyOf(results), file);
    const text = readFileSync(file, "utf8");
    const refusal = (changed: string) => {
      writeFileSync(join(folder, "changed.json"), changed);
      return () => readResultsFile(join(folder, "changed.json"));
    };
    expect(refusal(text.replace(/"letters":"./, '"letters":"E'))).toThrow(/changed\.json: its content was changed/);
    expect(refusal(text.slice(0, 900))).toThrow(/changed\.json: expected JSON.*Write it again with npx wov results/);
    expect(refusal('{"a": 1}')).toThrow(/changed\.json: it is not a file of results/);
    expect(() => readResultsFile(join(folder, "nowhere.json"))).toThrow("nowhere.json: there is no such file");
  });

  it("is not written without a finished run, or with an answer that is no letter", () => {
    expect(() => writeResultsFile(studyOf(results, []), file)).toThrow("made-up: no run is finished");
    const wrong = new Map(results.get(results.cells[0]!)!.letters).set(7, "AB");
    const get: AnswerResults["get"] = (cell) => ({ ...results.get(cell)!, letters: wrong });
    expect(() => writeResultsFile(studyOf({ ...results, get }), file)).toThrow(
      /ask\/0, item 7: expected a letter from A to Z as the answer, got 'AB'/,
    );
  });
});
