import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listRuns, openRun, type Run, type RunSpec, runState } from "../../lib/store/index";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-store-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const file = (run: Run, name: string) => join(root, run.path(name));
const spec: RunSpec = { step: "ask", name: "tiny", spec: { model: "m", temperature: 0 }, parents: [] };

const begun = () => {
  const run = openRun(root, spec);
  run.begin();
  return run;
};

describe("a run", () => {
  it("keeps its records in order, across openings", () => {
    openRun(root, spec).append([{ id: 1 }, { id: 2, text: "two\nlines" }]);
    openRun(root, spec).append([{ id: 3 }]);
    expect(openRun(root, spec).records()).toEqual([{ id: 1 }, { id: 2, text: "two\nlines" }, { id: 3 }]);
  });

  it("drops the torn last line that a killed process left, and goes on behind the last whole one", () => {
    const run = openRun(root, spec);
    run.append([{ id: 1 }]);
    appendFileSync(file(run, "records.jsonl"), `{"id": 2, "text": "${"x".repeat(200_000)}`);
    const again = openRun(root, spec);
    expect(again.records()).toEqual([{ id: 1 }]);
    again.append([{ id: 2 }]);
    expect(readFileSync(file(run, "records.jsonl"), "utf8")).toBe('{"id":1}\n{"id":2}\n');
  });

  it("drops a torn line that is its first", () => {
    const run = begun();
    writeFileSync(file(run, "records.jsonl"), '{"id": 1');
    expect(run.records()).toEqual([]);
    begun();
    expect(readFileSync(file(run, "records.jsonl"), "utf8")).toBe("");
  });

  it("names the line of its records that is damaged", () => {
    const run = begun();
    writeFileSync(file(run, "records.jsonl"), '{"id":1}\n{"id"\n{"id":3}\n');
    expect(() => run.records()).toThrow(/records\.jsonl: line 2 is not a JSON object/);
  });

  it("is complete once it has a manifest, which says what, when and where", () => {
    const run = openRun(root, spec);
    expect(run.complete()).toBe(false);
    const manifest = run.finish({ counts: { records: 3 }, tokens: { prompt: 10, completion: 2 }, seconds: 4 });
    const again = openRun(root, spec);
    expect(again.complete()).toBe(true);
    expect(again.manifest()).toEqual(manifest);
    expect(manifest).toMatchObject({
      ...spec,
      counts: { records: 3 },
      costUsd: 0,
      seconds: 4,
      hardware: { node: process.version },
    });
    expect(() => again.append([{}])).toThrow(/complete/);
  });

  it("is another run when anything that determines it differs, but not when keys are in another order", () => {
    const id = openRun(root, spec).id;
    expect(id).toMatch(/^ask\/tiny-[0-9a-f]{12}$/);
    expect(openRun(root, { ...spec, spec: { temperature: 0, model: "m" } }).id).toBe(id);
    expect(openRun(root, { ...spec, spec: { model: "m", temperature: 1 } }).id).not.toBe(id);
    expect(openRun(root, { ...spec, parents: ["caption/x-1"] }).id).not.toBe(id);
  });

  it("keeps its id and folder when it or its parents get other names", () => {
    const parents = ["caption/qwen-0123456789ab", "scenes/pocket-ba9876543210"];
    const first = openRun(root, { ...spec, parents });
    expect(first.id).toBe("ask/tiny-90c399b38fc0");
    const renamed = { ...spec, name: "small", parents: ["caption/llava-0123456789ab", "scenes/mine-2-ba9876543210"] };
    expect(openRun(root, renamed).id).toBe("ask/small-90c399b38fc0");
    first.append([{ id: 1 }]);
    const again = openRun(root, renamed);
    expect([again.id, again.folder, again.spec.name]).toEqual([first.id, first.folder, "tiny"]);
    expect(again.records()).toEqual([{ id: 1 }]);
    expect(runState(root, renamed)).toBe("begun");
    expect(openRun(root, { ...renamed, parents: parents.toReversed() }).id).not.toContain("90c399b38fc0");
    expect(openRun(root, { ...renamed, step: "caption" }).id).not.toContain("90c399b38fc0");
  });

  it("is found under another name also when its folder was made or renamed a moment ago", () => {
    const others = ["a", "b", "c"].map((name) => ({ ...spec, name, spec: name }));
    for (const one of others) {
      openRun(root, one).begin();
      expect(openRun(root, { ...one, name: "other" }).id).toBe(openRun(root, one).id);
    }
    const { id, folder } = openRun(root, others[0]!);
    const moved = id.replace("/a-", "/moved-");
    renameSync(join(root, folder), join(root, "runs", moved));
    expect(openRun(root, others[0]!).id).toBe(moved);
    expect(listRuns(root).map((run) => run.id)).toContain(moved);
  });

  it("refuses a name that leads out of the runs' folder, and a spec that JSON cannot hold", () => {
    expect(() => openRun(root, { ...spec, name: "../x" })).toThrow();
    expect(() => openRun(root, { ...spec, spec: { rate: Number.NaN } })).toThrow();
  });

  it.skipIf(!existsSync("/dev/full"))("says that the disk is full, and loses nothing", () => {
    const run = begun();
    symlinkSync("/dev/full", file(run, "records.jsonl"));
    expect(() => run.append([{ id: 1 }])).toThrow(/records\.jsonl: the disk is full.*free some space/s);
  });
});

describe("the list of runs", () => {
  it("has all runs by id, complete or not, and nothing else", () => {
    const first = begun();
    const second = openRun(root, { ...spec, step: "train", parents: [first.id] });
    second.finish({ counts: {} });
    mkdirSync(join(root, "runs/ask/notes"));
    expect(listRuns(root).map((run) => [run.id, run.manifest !== undefined, run.spec.parents])).toEqual([
      [first.id, false, []],
      [second.id, true, [first.id]],
    ]);
  });

  it("is empty before the first run", () => expect(listRuns(root)).toEqual([]));
});

it("is opened without writing anything, so that a plan can be made while another study runs", () => {
  const run = openRun(root, spec);
  expect([run.complete(), run.manifest(), run.records()]).toEqual([false, undefined, []]);
  expect(runState(root, spec)).toBe("new");
  expect(existsSync(join(root, "runs"))).toBe(false);
  run.append([{}]);
  expect(runState(root, spec)).toBe("begun");
  run.finish({ counts: {} });
  expect(runState(root, spec)).toBe("done");
});
