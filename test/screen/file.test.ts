import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { screenFile } from "../../lib/screen/index";
import { makeKnown, writeSamples } from "../bench/screen-set";

const folder = mkdtempSync(join(tmpdir(), "wov-screen-"));
afterAll(() => rmSync(folder, { recursive: true }));
const thresholds = { duplicate: 0.7, contamination: 0.5 };
const write = (text: string) => {
  const file = join(folder, "samples.jsonl");
  writeFileSync(file, text);
  return file;
};
const run = (text: string) => screenFile({ file: write(text), known: [], thresholds });
const line = (id: string, situation: string) => JSON.stringify({ id, situation, options: ["Go there.", "Stay here."] });

it("reads a byte order mark, CRLF, blank lines, other scripts, and lists what it cannot use with its line", async () => {
  const text = `\uFEFF${line("a", "A boy is drowning in the lake.")}\r\n\r\n{"id": 1\n[]\n"text"\n${line("b", "火事で女性が閉じ込められている。")}\n{"id":"c","situation":"  "}`;
  expect(await run(text)).toEqual({
    read: 6,
    kept: 2,
    rejected: [
      { id: "line 3", line: 3, reason: "not JSON" },
      { id: "line 4", line: 4, reason: "no text" },
      { id: "line 5", line: 5, reason: "no text" },
      { id: "line 7", line: 7, reason: "no text" },
    ],
    counts: { "not JSON": 1, "no text": 3 },
  });
});

it("reads lines of 10 MB", async () => {
  const long = Array.from({ length: 1_000_000 }, (_, i) => `w${i}`).join(" ");
  const { rejected } = await run([line("a", long), line("b", `${long} end`)].join("\n"));
  expect(rejected).toMatchObject([{ id: "b", line: 2, reason: "near duplicate", twin: "a" }]);
}, 60_000);

it("takes anyone's keys, and names by its line what has no id", async () => {
  const texts = [
    { text: "A woman has fallen on the icy stairs of the house." },
    { messages: [{ role: "user", content: "A woman has fallen on the icy stairs of the house." }] },
    { prompt: [{ role: "user", content: "A man waits for the bus." }], options: [{ text: "A. Wave to him." }] },
  ];
  const { kept, rejected } = await run(texts.map((text) => JSON.stringify(text)).join("\n"));
  expect([kept, rejected]).toEqual([
    2,
    [{ id: "line 2", line: 2, reason: "duplicate", twin: "line 1", twinFrom: "samples", score: 1 }],
  ]);
});

it.each([
  ["an empty file", "", /is empty/],
  ["blank lines", "\n\n", /is empty/],
])("refuses %s", async (_, text, message) => expect(run(text)).rejects.toThrow(message));
it("refuses a folder, and what is not there", async () => {
  await expect(screenFile({ file: folder, known: [], thresholds })).rejects.toThrow(/is not a file/);
  await expect(screenFile({ file: join(folder, "none"), known: [], thresholds })).rejects.toThrow(/no such file/);
});

it("finds the same with threads of their own", async () => {
  const file = join(folder, "many.jsonl");
  const items = makeKnown(50);
  const planted = writeSamples(file, 12_000, items);
  const known = items.map(({ id, situation, options }) => ({
    name: id,
    from: "known",
    situations: [situation],
    options,
  }));
  const alone = await screenFile({ file, known, thresholds, threads: 1 });
  expect(await screenFile({ file, known, thresholds, threads: 2 })).toEqual(alone);
  expect(alone.rejected.length).toBeGreaterThan(0.9 * (planted.edits.length + planted.contaminated.length));
}, 60_000);
