import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  checkRun,
  listRuns,
  type Outcome,
  openRun,
  type Run,
  type RunSpec,
  repairRun,
  runState,
  sha256,
} from "../../lib/store/index";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-damage-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const spec: RunSpec = { step: "ask", name: "tiny", spec: { model: "m" }, parents: ["scenes/pocket-0123456789ab"] };
const replies = [1, 2, 3].map((id) => ({ custom_id: String(id), response: { text: `ä${id}` } }));
const file = (run: Run, name: string) => join(root, run.path(name));

/** A complete run with files in subfolders. */
function finished(records: unknown[] = replies): Run {
  const run = openRun(root, spec);
  run.append(records);
  writeFileSync(file(run, "requests.jsonl"), "{}\n");
  mkdirSync(file(run, "adapter/deep"), { recursive: true });
  writeFileSync(file(run, "adapter/deep/weights.bin"), Buffer.alloc(3_000_000, 7));
  run.finish({ counts: { replies: records.length } });
  return run;
}

/** Changes a file without changing its size, at another time. */
function edit(path: string, from: string, to: string): void {
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
  utimesSync(path, 1, 1);
}

describe("a manifest", () => {
  it("holds size, SHA-256 and time of every file, of subfolders too, but not of scratch and links", () => {
    const run = openRun(root, spec);
    run.append(replies);
    writeFileSync(file(run, ".scratch"), "x");
    symlinkSync("/etc/hostname", file(run, "link"));
    const { files } = run.finish({ counts: {} });
    expect(Object.keys(files)).toEqual(["records.jsonl", "records.sha256", "spec.json"]);
    const text = readFileSync(file(run, "records.jsonl"));
    expect(files["records.jsonl"]).toMatchObject({ bytes: text.length, sha256: sha256(text) });
  });

  it.each<Outcome>([
    { counts: {} },
    { counts: { replies: 0, unparsed: 3 }, tokens: { prompt: 0, completion: 1e15 }, costUsd: 0.1 + 0.2 },
    { counts: { share: 1 / 3, tiny: 5e-324, minus: -0 }, seconds: 1e-9 },
  ])("that the kit writes, the kit reads: %j", (outcome) => {
    const run = openRun(root, {
      ...spec,
      spec: { text: "\u2028 ä \ud800", none: null, gone: undefined, day: new Date(0) },
    });
    const manifest = run.finish(outcome);
    expect(openRun(root, { ...spec, spec: run.spec.spec }).manifest()).toEqual(manifest);
    expect(run.state()).toBe("done");
  });

  it.each([
    ["counts.unparsed", { counts: { unparsed: Number.NaN } }],
    ["tokens.prompt", { counts: {}, tokens: { prompt: Number.POSITIVE_INFINITY, completion: 1 } }],
    ["tokens.completion", { counts: {}, tokens: { prompt: 1, completion: "10" as unknown as number } }],
    ["costUsd", { counts: {}, costUsd: Number.NaN }],
  ])("with an invalid %s is not written", (what, outcome) => {
    const run = openRun(root, spec);
    run.append(replies);
    expect(() => run.finish(outcome)).toThrow(`the run cannot be completed, since ${what} is not valid`);
    expect(run.state()).toBe("begun");
    run.finish({ counts: {} });
  });
});

describe("a complete run", () => {
  const damages: [string, (run: Run) => void, RegExp][] = [
    ["records were edited", (run) => edit(file(run, "records.jsonl"), "ä2", "ä9"), /records\.jsonl is not as it was/],
    [
      "records lack a line",
      (run) => truncateSync(file(run, "records.jsonl"), 50),
      /records\.jsonl has 50 bytes, expected \d+/,
    ],
    ["records are missing", (run) => rmSync(file(run, "records.jsonl")), /records\.jsonl is missing/],
    ["records have grown", (run) => appendFileSync(file(run, "records.jsonl"), "{}\n"), /records\.jsonl has \d+ bytes/],
    ["adapter was edited", (run) => edit(file(run, "adapter/deep/weights.bin"), "\x07", "x"), /weights\.bin is not as/],
    [
      "adapter is missing",
      (run) => rmSync(file(run, "adapter"), { recursive: true }),
      /adapter\/deep\/weights.bin is missing/,
    ],
    [
      "file became a folder",
      (run) => {
        rmSync(file(run, "requests.jsonl"));
        mkdirSync(file(run, "requests.jsonl"));
      },
      /requests\.jsonl is not a file/,
    ],
    [
      "manifest's counts were edited",
      (run) => edit(file(run, "manifest.json"), '"replies": 3', '"replies": 4'),
      /manifest\.json cannot be read: it was edited/,
    ],
    [
      "manifest's parents were edited",
      (run) => edit(file(run, "manifest.json"), "0123456789ab", "0123456789ac"),
      /manifest/,
    ],
    ["manifest is truncated", (run) => truncateSync(file(run, "manifest.json"), 100), /manifest\.json cannot be read/],
    ["manifest is empty", (run) => truncateSync(file(run, "manifest.json"), 0), /manifest\.json cannot be read/],
    [
      "manifest lacks fields",
      (run) => writeFileSync(file(run, "manifest.json"), "{}"),
      /manifest\.json cannot be read: step/,
    ],
    [
      "manifest is of another run",
      (run) => {
        const other = openRun(root, { ...spec, spec: "other" });
        other.finish({ counts: {} });
        cpSync(file(other, "manifest.json"), file(run, "manifest.json"));
      },
      /manifest\.json belongs to another run/,
    ],
  ];

  it.each(damages)("whose %s is refused by name, with the way out", (_, damage, problem) => {
    const run = finished();
    damage(run);
    expect([run.state(), runState(root, spec)]).toEqual(["damaged", "damaged"]);
    expect(listRuns(root).find(({ id }) => id === run.id)).toMatchObject({ state: "damaged", manifest: undefined });
    for (const use of [
      () => run.records(),
      () => [...run.streamRecords()],
      () => run.manifest(),
      () => run.complete(),
      () => run.verify(),
      () => run.begin(),
      () => run.append([{}]),
      () => run.reopen(),
      () => run.finish({ counts: {} }),
    ]) {
      expect(use).toThrow(problem);
      expect(use).toThrow(`runs/${run.id} has changed since it was completed`);
      expect(use).toThrow(`wov verify ${run.id} --repair`);
    }
  });

  it("is sound when only the times of its files differ, as in a copy", () => {
    const run = finished();
    for (const name of ["records.jsonl", "adapter/deep/weights.bin"]) utimesSync(file(run, name), 5, 5);
    expect(run.records()).toEqual(replies);
    expect(checkRun(root, run.id, true).state).toBe("done");
  });

  it("is read fully by a full check: an edit that keeps size and time is found", () => {
    const run = finished();
    const path = file(run, "records.jsonl");
    const { mtimeMs } = JSON.parse(readFileSync(file(run, "manifest.json"), "utf8")).files["records.jsonl"];
    edit(path, "ä2", "ä9");
    utimesSync(path, 1, (mtimeMs + 0.5) / 1000);
    expect(checkRun(root, run.id).state).toBe("done");
    expect(checkRun(root, run.id, true).state).toBe("damaged");
  });

  it("is checked once by a process, and again when it was completed anew", () => {
    const run = finished();
    run.verify();
    const path = file(run, "records.jsonl");
    edit(path, "ä2", "ä9");
    expect(run.state()).toBe("done");
    const copy = join(root, "other");
    cpSync(join(root, "runs"), join(copy, "runs"), { recursive: true, preserveTimestamps: true });
    expect(runState(copy, spec)).toBe("damaged");
  });

  it("can be opened again, and more records added; killed in between, it is incomplete and has all of them", () => {
    const run = finished();
    run.reopen();
    expect(runState(root, spec)).toBe("begun");
    run.append([{ custom_id: "4" }]);
    const after = openRun(root, spec); // as after a crash
    expect(after.records()).toHaveLength(4);
    after.reopen();
    after.append([{ custom_id: "5" }]);
    after.finish({ counts: { replies: 5 } });
    expect(openRun(root, spec).manifest()?.counts).toEqual({ replies: 5 });
    expect(openRun(root, spec).records()).toHaveLength(5);
    expect(checkRun(root, run.id, true).state).toBe("done");
  });
});

describe("a repair", () => {
  it("keeps the unchanged replies of a damaged run, and leaves it to be continued", () => {
    const run = finished();
    const before = readFileSync(file(run, "records.jsonl"), "utf8");
    edit(file(run, "records.jsonl"), "ä2", "ä9");
    const damaged = readFileSync(file(run, "records.jsonl"), "utf8");
    rmSync(file(run, "requests.jsonl"));
    expect(repairRun(root, run.id)).toEqual({ kept: 2, dropped: 1 });
    const again = openRun(root, spec);
    expect([again.state(), again.records()]).toEqual(["begun", [replies[0], replies[2]]]);
    expect(readFileSync(file(run, ".records.jsonl.damaged"), "utf8")).toBe(damaged);
    again.append([replies[1]]);
    again.finish({ counts: { replies: 3 } });
    expect(openRun(root, spec).state()).toBe("done");
    expect(readFileSync(file(run, "records.jsonl"), "utf8")).toHaveLength(before.length);
    expect(readdirSync(join(root, run.folder)).filter((name) => name.startsWith("."))).toEqual([
      ".manifest.json.damaged",
      ".records.jsonl.damaged",
    ]);
  });

  it.each([
    ["a line is not JSON", (run: Run) => edit(file(run, "records.jsonl"), '{"custom_id":"2"', '#"custom_id":"2"'), 2],
    ["the last line is torn", (run: Run) => truncateSync(file(run, "records.jsonl"), 100), 2],
    ["lines were added", (run: Run) => appendFileSync(file(run, "records.jsonl"), '{"custom_id":"9"}\n'), 3],
    ["only the manifest is damaged", (run: Run) => truncateSync(file(run, "manifest.json"), 10), 3],
    [
      "records and manifest are damaged",
      (run: Run) => {
        truncateSync(file(run, "manifest.json"), 10);
        edit(file(run, "records.jsonl"), "ä2", "ä9");
      },
      2,
    ],
    ["only the digests are damaged", (run: Run) => truncateSync(file(run, "records.sha256"), 5), 3],
    ["the spec is damaged", (run: Run) => writeFileSync(file(run, "spec.json"), "{"), 3],
  ])("keeps what is unchanged where %s", (_, damage, kept) => {
    const run = finished();
    damage(run);
    const before = readFileSync(file(run, "records.jsonl"), "utf8");
    expect(repairRun(root, run.id)).toMatchObject({ kept });
    if (readFileSync(file(run, "records.jsonl"), "utf8") !== before)
      expect(readFileSync(file(run, ".records.jsonl.damaged"), "utf8")).toBe(before); // nothing is deleted
    const again = openRun(root, spec);
    again.begin();
    again.finish({ counts: {} });
    expect([again.state(), again.records().length, listRuns(root).length]).toEqual(["done", kept, 1]);
  });

  it.each([
    ["that holds no replies", [{ index: 1 }]],
    ["of which no reply is left", [{ custom_id: "1", text: "ä2" }]],
  ])("sets a run aside %s, to be computed again", (_, records) => {
    const run = finished(records);
    edit(file(run, "records.jsonl"), "1", "2");
    const moved = `runs/${run.id}.damaged`;
    expect(repairRun(root, run.id)).toEqual({ movedTo: moved });
    expect(existsSync(join(root, moved, "records.jsonl"))).toBe(true);
    expect([runState(root, spec), listRuns(root)]).toEqual(["new", []]);
    const second = finished(records);
    rmSync(file(second, "spec.json"));
    rmSync(file(second, "records.jsonl"));
    expect(repairRun(root, second.id)).toEqual({ movedTo: `${moved}-2` });
  });

  it("does nothing to a sound run, and starts again where it was interrupted before the manifest went", () => {
    const run = finished();
    expect(repairRun(root, run.id)).toBeUndefined();
    edit(file(run, "records.jsonl"), "ä2", "ä9");
    const manifest = readFileSync(file(run, "manifest.json"));
    repairRun(root, run.id);
    writeFileSync(file(run, "manifest.json"), manifest);
    expect(repairRun(root, run.id)).toEqual({ kept: 2, dropped: 0 });
  });

  it.each([
    ["replies", replies, { kept: 2, dropped: 1 }, "begun"],
    ["a training's log", [{ step: 1 }, { step: 2 }, { step: 3 }], { movedTo: expect.any(String) }, "new"],
  ])("finds the unreadable line of an incomplete run of %s, which can then go on", (_, records, repair, state) => {
    const run = openRun(root, spec);
    run.append(records);
    expect(checkRun(root, run.id, true).state).toBe("begun");
    const path = file(run, "records.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [lines[0], `#${lines[1]}`, ...lines.slice(2)].join("\n"));
    expect(() => run.records()).toThrow(/line 2 is not a JSON object\. .*wov verify --repair/);
    expect(checkRun(root, run.id, true)).toEqual({
      state: "damaged",
      problems: [{ file: "records.jsonl", wrong: "line 2 is not a JSON object" }],
    });
    expect(repairRun(root, run.id)).toEqual(repair);
    const again = openRun(root, spec);
    expect([again.state(), again.records()]).toEqual([state, state === "new" ? [] : [replies[0], replies[2]]]);
    again.append([records[1]]);
    again.finish({ counts: {} });
    expect(checkRun(root, run.id, true).state).toBe("done");
  });

  it("is refused while another process writes to the run", () => {
    const run = finished();
    truncateSync(file(run, "records.jsonl"), 10);
    const release = run.lock();
    expect(() => repairRun(root, run.id)).toThrow(/is in use by process/);
    release();
    renameSync(file(run, "records.sha256"), file(run, "x"));
    expect(repairRun(root, run.id)).toEqual({ movedTo: `runs/${run.id}.damaged` });
  });
});
