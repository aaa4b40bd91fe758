import {
  appendFileSync,
  fstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Disk, systemDisk } from "../../lib/store/disk";
import { appendRecords, openRun, readRecords, streamRecords } from "../../lib/store/index";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wov-records-"));
  file = join(folder, "log.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const spec = { step: "ask", name: "tiny", spec: {}, parents: [] };

describe("records", () => {
  it("are read whole where characters and lines lie across blocks", () => {
    // Three bytes a character: of three neighbouring lengths, two have one that a block's end cuts through.
    const texts = [(1 << 20) / 3, (1 << 20) / 3 + 1, 10, 0, 3_500_000, 5].map((n, i) => `${i}${"€".repeat(n)}`);
    appendRecords(
      file,
      texts.map((text) => ({ text })),
    );
    expect(statSync(file).size).toBeGreaterThan(10_000_000);
    expect((readRecords(file) as { text: string }[]).every(({ text }, i) => text === texts[i])).toBe(true);
    expect(readRecords(file)).toHaveLength(texts.length);
  });

  it.each([
    ["empty", "", []],
    ["of one torn line", '{"a":1', []],
    ["of lines and a torn one", '{"a":1}\n{}\n{"a', [{ a: 1 }, {}]],
  ])("of a file that is %s are those of its whole lines", (_, text, records) => {
    writeFileSync(file, text);
    expect(readRecords(file)).toEqual(records);
  });

  it("are read one at a time: who stops early reads no further, and is not told of later faults", () => {
    writeFileSync(file, '{"a":1}\n{}\nnot JSON\n');
    const [first, second] = [streamRecords(file), streamRecords(file)];
    expect(first.next().value).toEqual({ a: 1 });
    first.return(undefined);
    expect(() => [...second]).toThrow(/log\.jsonl: line 3 is not a JSON object\. .*wov verify --repair/);
  });

  it.each(["null", "3", '"text"', "[]", "", "{"])("are objects: %j is not read as one", (line) => {
    writeFileSync(file, `{"a":1}\n${line}\n`);
    expect(() => readRecords(file)).toThrow(/log\.jsonl: line 2 is not a JSON object/);
  });

  it("are added behind the last whole line, as a crash may have left a torn one", () => {
    appendFileSync(file, `{"a":1}\n{"torn":"${"x".repeat(3_000_000)}`);
    appendRecords(file, [{ b: 2 }]);
    expect(readFileSync(file, "utf8")).toBe('{"a":1}\n{"b":2}\n');
  });
});

/** Writes at most `room` bytes, then fails as a full disk does. */
const fullAfter = (room: number): Disk => ({
  ...systemDisk,
  write: (handle, bytes, offset) => {
    const written = Math.min(room, bytes.length - offset, 7);
    if (written === 0) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    room -= written;
    return writeSync(handle, bytes, offset, written);
  },
});

describe("a disk that gets full while records are added", () => {
  it("takes back what was written of them, and says what to do", () => {
    appendRecords(file, [{ id: 1 }]);
    const before = readFileSync(file, "utf8");
    const add = () => appendRecords(file, [{ id: 2 }, { id: 3 }], fullAfter(12));
    expect(add).toThrow(/log\.jsonl: the disk is full.*free some space and run the same command again/);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("loses nothing where it takes the bytes in portions", () => {
    appendRecords(file, [{ id: 2 }, { id: 3 }], fullAfter(1000));
    expect(readFileSync(file, "utf8")).toBe('{"id":2}\n{"id":3}\n');
  });

  it("leaves a run that can be continued", () => {
    const run = openRun(folder, spec, fullAfter(12));
    run.append([{ id: 1 }]);
    expect(() => run.append([{ id: 2 }])).toThrow(/the disk is full/);
    const again = openRun(folder, spec);
    expect(again.records()).toEqual([{ id: 1 }]);
    again.append([{ id: 2 }]);
    again.finish({ counts: {} });
  });
});

it("a run is complete only when its records are on the disk: they survive a power cut that the manifest survives", () => {
  const synced: number[] = [];
  const run = openRun(folder, spec, { ...systemDisk, sync: (handle) => void synced.push(fstatSync(handle).ino) });
  run.append([{ id: 1 }]);
  expect(synced).toEqual([]);
  run.finish({ counts: {} });
  expect(synced).toEqual([statSync(join(folder, run.path("records.jsonl"))).ino]);
  const failing = openRun(
    folder,
    { ...spec, spec: 2 },
    {
      ...systemDisk,
      sync: () => {
        throw new Error("I/O error");
      },
    },
  );
  failing.append([{ id: 1 }]);
  expect(() => failing.finish({ counts: {} })).toThrow("I/O error");
  expect(failing.state()).toBe("begun");
});
