import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WovError } from "../../lib/errors";
import { onDisk } from "../../lib/store/disk";
import {
  appendRecords,
  canonicalJson,
  completeRun,
  dropTornLine,
  hashInId,
  hashOf,
  listProblems,
  listRunIds,
  listRuns,
  openRun,
  type RunSpec,
  readRecords,
  repairRun,
  sha256,
  specHash,
  streamRecords,
  toRunName,
} from "../../lib/store/index";
import { nameInId, readSpec } from "../../lib/store/spec";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-parts-"));
});
afterEach(() => rmSync(root, { recursive: true }));
const spec: RunSpec = { step: "ask", name: "tiny", spec: { model: "m" }, parents: [] };

describe("canonical JSON", () => {
  it("sorts keys at all depths, keeps lists in order, and sets no blanks", () => {
    const text = '{"a":[2,1],"b":{"c":null,"d":"ä"}}';
    expect(canonicalJson({ b: { d: "ä", c: null, e: undefined }, a: [2, 1] })).toBe(text);
    expect(hashOf({ b: { d: "ä", c: null }, a: [2, 1] })).toBe(sha256(text));
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it.each([undefined, () => 1, Number.NaN, { rate: Number.POSITIVE_INFINITY }, { n: 1n }])("refuses %s", (value) =>
    expect(() => canonicalJson(value)).toThrow(),
  );
});

describe("a run's id", () => {
  it("has a name and a hash", () => {
    const id = "ask/qwen2-vl-pictures-0123456789ab";
    expect([nameInId(id), hashInId(id)]).toEqual(["qwen2-vl-pictures", "0123456789ab"]);
    expect(openRun(root, spec).id).toBe(`ask/tiny-${specHash(spec).slice(0, 12)}`);
  });

  it("can be made of any text", () =>
    expect(["Qwen/Qwen2-VL 2B (4 bit)", "plain_name-1.5"].map(toRunName)).toEqual([
      "Qwen-Qwen2-VL-2B-4-bit-",
      "plain_name-1.5",
    ]));

  it.each(["", ".hidden", "-x", "a/b", "a b", "ä", "a\n"])("cannot have the name %j", (name) => {
    expect(() => openRun(root, { ...spec, name })).toThrow(/expected letters, digits, dots, dashes/);
    expect(() => openRun(root, { ...spec, step: name })).toThrow(/expected letters, digits, dots, dashes/);
  });

  it.each(["a", "7", "A.b_c-D"])("can have the name %j", (name) =>
    expect(openRun(root, { ...spec, name }).spec).toEqual({ ...spec, name }),
  );
});

describe("a spec that is stored", () => {
  it("is the one of the run, and is not written again", () => {
    const run = openRun(root, spec);
    run.begin();
    const file = join(root, run.path("spec.json"));
    expect(readFileSync(file, "utf8")).toBe(`${JSON.stringify(spec, null, 2)}\n`);
    writeFileSync(file, JSON.stringify(spec));
    openRun(root, spec).begin();
    expect(readFileSync(file, "utf8")).toBe(JSON.stringify(spec));
    expect(readSpec(file)).toEqual(spec);
  });

  it.each(["{", "{}", JSON.stringify({ ...spec, name: "../x" })])("is none where it is %s", (text) => {
    writeFileSync(join(root, "spec.json"), text);
    expect(readSpec(join(root, "spec.json"))).toBeUndefined();
    expect(readSpec(join(root, "none.json"))).toBeUndefined();
  });
});

describe("the list of runs", () => {
  it("leaves out files, folders without a hash, and those whose spec is another's", () => {
    const run = openRun(root, spec);
    run.begin();
    const hash = hashInId(run.id);
    writeFileSync(join(root, `runs/ask/file-${"0".repeat(12)}`), "");
    for (const name of [
      `${hash}`,
      `x-${hash.slice(1)}`,
      `x-${hash}.damaged`,
      `x-${"0".repeat(12)}`,
      `x-${"1".repeat(12)}`,
    ])
      mkdirSync(join(root, "runs/ask", name));
    writeFileSync(join(root, "runs/ask", `x-${"0".repeat(12)}`, "spec.json"), JSON.stringify(spec));
    writeFileSync(join(root, "runs/notes.txt"), "");
    expect(listRuns(root)).toEqual([{ id: run.id, folder: run.folder, spec, state: "begun", manifest: undefined }]);
    expect(listRunIds(root)).toEqual([run.id, `ask/x-${"0".repeat(12)}`, `ask/x-${"1".repeat(12)}`]);
  });

  it("is sorted by id, over all steps", () => {
    for (const [step, name] of [
      ["train", "a"],
      ["ask", "b"],
      ["ask", "a"],
      ["ask-2", "a"],
    ] as const)
      openRun(root, { ...spec, step, name, spec: name }).begin();
    expect(listRuns(root).map(({ id }) => id.slice(0, -13))).toEqual(["ask-2/a", "ask/a", "ask/b", "train/a"]);
  });
});

describe("work on a run", () => {
  it("is not done where the run is complete", async () => {
    const run = openRun(root, spec);
    run.finish({ counts: { first: 1 } });
    const again = completeRun(root, openRun(root, spec), () => Promise.reject(new Error("called")));
    expect((await again).manifest()?.counts).toEqual({ first: 1 });
  });

  it("that fails leaves the run free, to be tried again", async () => {
    const failing = completeRun(root, openRun(root, spec), () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect((await completeRun(root, openRun(root, spec), async () => ({ counts: {} }))).complete()).toBe(true);
  });

  it("leaves what it was told in the manifest, with the time that it took", () => {
    const run = openRun(root, spec);
    const before = Date.now();
    run.begin();
    const manifest = run.finish({ counts: {}, settings: { temperature: 0 }, costUsd: 1.5 });
    expect(manifest).toMatchObject({ ...spec, hash: specHash(spec), settings: { temperature: 0 }, costUsd: 1.5 });
    expect(manifest).not.toHaveProperty("tokens");
    const [started, finished] = [Date.parse(manifest.startedAt), Date.parse(manifest.finishedAt)];
    expect(started).toBeGreaterThanOrEqual(before);
    expect(finished).toBeLessThanOrEqual(Date.now());
    expect(manifest.seconds).toBeCloseTo((finished - started) / 1000, 6);
    expect(() => run.begin()).toThrow(`${run.id} is complete: nothing can be added to it`);
  });
});

describe("what is wrong with a run", () => {
  const problems = (n: number) => Array.from({ length: n }, (_, i) => ({ file: `f${i}`, wrong: "is missing" }));
  it.each([
    [1, "f0 is missing"],
    [3, "f0 is missing; f1 is missing; f2 is missing"],
    [5, "f0 is missing; f1 is missing; f2 is missing; 2 more files"],
  ])("in %d files is one phrase", (n, text) => expect(listProblems(problems(n))).toBe(text));
});

describe("an error of the disk", () => {
  const failing = (code?: string) => () =>
    onDisk("runs/x", () => {
      throw Object.assign(new Error("no"), { code });
    });
  it.each(["ENOSPC", "EDQUOT", "EFBIG"])("such as %s says that it is full", (code) => {
    expect(failing(code)).toThrow(/^runs\/x: the disk is full.*kept: free some space and run the same command again$/);
    expect(failing(code)).toThrow(expect.objectContaining({ exitCode: 1, cause: expect.objectContaining({ code }) }));
  });
  it.each(["EACCES", "EPERM", "EROFS"])("such as %s says that nothing may be written", (code) => {
    expect(failing(code)).toThrow(/^runs\/x: cannot be written to\. Check who owns it/);
    expect(failing(code)).toThrow(expect.objectContaining({ exitCode: 1, cause: expect.objectContaining({ code }) }));
  });
  it.each(["EISDIR", undefined])("of the code %s stays what it is", (code) => {
    expect(failing(code)).toThrow(/^no$/);
    expect(failing(code)).not.toThrow(WovError);
  });
  it("is none where all goes well", () => expect(onDisk("runs/x", () => 7)).toBe(7));
});

describe("a file of records", () => {
  it("is not made where there is nothing to add, to cut or to read", () => {
    const file = join(root, "log.jsonl");
    appendRecords(file, []);
    dropTornLine(file);
    expect(readRecords(file)).toEqual([]);
    writeFileSync(file, '1\n2\n{"a"');
    appendRecords(file, []);
    expect(readFileSync(file, "utf8")).toBe('1\n2\n{"a"');
    dropTornLine(file);
    expect(readFileSync(file, "utf8")).toBe("1\n2\n");
    dropTornLine(file);
    expect(readFileSync(file, "utf8")).toBe("1\n2\n");
  });
});

it("the time that a run took counts from its first beginning", async () => {
  const run = openRun(root, spec);
  const before = Date.now();
  run.begin();
  const begun = Date.now();
  await sleep(60);
  run.append([{ id: 1 }]);
  const { startedAt, seconds } = run.finish({ counts: {} });
  expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(startedAt)).toBeLessThanOrEqual(begun);
  expect(seconds).toBeGreaterThanOrEqual(0.055);
});

it("a reader's own error is not taken for a fault of the file", () => {
  const file = join(root, "log.jsonl");
  appendRecords(file, [{ id: 1 }, { id: 2 }]);
  const records = streamRecords(file);
  records.next();
  expect(() => records.throw(new Error("mine"))).toThrow(/^mine$/);
});

describe("a damaged run", () => {
  const finished = (records: unknown[]) => {
    const run = openRun(root, spec);
    run.append(records);
    writeFileSync(join(root, run.path("notes")), "one");
    run.finish({ counts: {} });
    return { run, notes: join(root, run.path("notes")) };
  };

  it("is sound again once its files are restored from a copy", () => {
    const { run, notes } = finished([{ custom_id: "1" }]);
    writeFileSync(notes, "three");
    expect(run.state()).toBe("damaged");
    writeFileSync(notes, "one");
    expect(run.state()).toBe("done");
  });

  it("keeps its records where they lie when only another file has changed", () => {
    const { run, notes } = finished([{ custom_id: "1" }, { vector: [1] }]);
    writeFileSync(notes, "three");
    expect(repairRun(root, run.id)).toEqual({ kept: 2, dropped: 0 });
    expect(readdirSync(join(root, run.folder)).filter((name) => name.startsWith("."))).toEqual([
      ".manifest.json.damaged",
      ".notes.damaged",
    ]);
  });

  it("is set aside where a record is null", () => {
    const { run, notes } = finished([null]);
    writeFileSync(notes, "three");
    expect(repairRun(root, run.id)).toEqual({ movedTo: `runs/${run.id}.damaged` });
  });
});

describe("a lock that is held for long", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());
  const lockOf = (id: string) => join(root, `runs/ask/.${hashInId(id)}.lock`);

  it("is renewed, so that processes on other machines do not take it for dead", () => {
    const run = openRun(root, spec);
    const release = run.lock();
    utimesSync(lockOf(run.id), 1, 1);
    vi.advanceTimersByTime(15_000);
    expect(Date.now() - statSync(lockOf(run.id)).mtimeMs).toBeLessThan(10_000);
    run.append([{ id: 1 }]);
    release();
    expect(readdirSync(join(root, "runs/ask"))).toEqual([run.id.slice(4)]);
  });

  it.each([
    [
      "has taken it over",
      (file: string) => writeFileSync(file, readFileSync(file, "utf8").replace(/"token":"./, '"token":"x')),
    ],
    ["has removed it", (file: string) => rmSync(file)],
  ])("is lost where another process %s: nothing more is written to the run", (_, take) => {
    const run = openRun(root, spec);
    const release = run.lock();
    run.append([{ id: 1 }]);
    take(lockOf(run.id));
    vi.advanceTimersByTime(15_000);
    for (const write of [() => run.append([{ id: 2 }]), () => run.finish({ counts: {} })])
      expect(write).toThrow(`${run.id}: another process has taken this run over. Wait until it ends`);
    expect(run.records()).toEqual([{ id: 1 }]);
    release();
    rmSync(lockOf(run.id), { force: true });
    run.lock()();
    run.append([{ id: 2 }]);
  });
});
