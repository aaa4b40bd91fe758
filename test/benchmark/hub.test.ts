import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { downloadViva, VIVA } from "../../lib/benchmark/index";
import { sha256 } from "../../lib/store/index";
import { type StubHub, startHub } from "./stub-hub";

const CONTENT = '[{"index": 1, "answer": NaN}]';
const folder = mkdtempSync(join(tmpdir(), "wov-hub-"));
let hub: StubHub;

beforeAll(async () => {
  hub = await startHub(CONTENT);
});
afterAll(() => {
  hub.close();
  rmSync(folder, { recursive: true });
});

it("downloads VIVA once, and says whether it is the file on which the kit was tested", async () => {
  const { file, asTested } = await downloadViva(folder, { hubUrl: hub.url });
  expect([readFileSync(file, "utf8"), asTested]).toEqual([CONTENT, false]);
  const before = hub.asked;
  const tested = sha256(CONTENT);
  expect(await downloadViva(folder, { hubUrl: hub.url, tested })).toEqual({ file, sha256: tested, asTested: true });
  expect(await downloadViva(folder, { hubUrl: hub.url })).toMatchObject({ file });
  expect(hub.asked).toBe(before);
});

it.each([
  [
    "other",
    /\(revision other\) cannot be downloaded: the Hub has no such file or revision. Check the revision's name, /,
  ],
  ["unknown", /: the Hub has no such file or revision/],
  [
    "gated",
    /: the Hub refuses it \(HTTP 401\): the dataset is gated, private or gone. Ask for access, and save the file/,
  ],
  ["forbidden", /: the Hub refuses it \(HTTP 403\)/],
  ["busy", /: the Hub answers HTTP 503. Run this again later, or save the file/],
  ["cut", /: the connection ended early \(14 of 29 bytes\). Run this again, or/],
])("says what is wrong and what to do, and leaves no file: %s", async (revision, message) => {
  const elsewhere = join(folder, "none");
  const failed = downloadViva(elsewhere, { hubUrl: hub.url, revision });
  await expect(failed).rejects.toMatchObject({
    name: "WovError",
    exitCode: 1,
    message: expect.stringMatching(message),
  });
  await expect(failed).rejects.toThrow(`save the file from ${VIVA.page} as ${join(elsewhere, VIVA.path)}`);
  expect(existsSync(elsewhere)).toBe(false);
});

it("says that there is no connection, and to where", () =>
  expect(downloadViva(join(folder, "none"), { hubUrl: "http://127.0.0.1:9" })).rejects.toThrow(
    /cannot be downloaded: no connection to http:\/\/127\.0\.0\.1:9 \(.+\)\. Check the network/,
  ));

it("stops when it is asked to", () =>
  expect(downloadViva(join(folder, "none"), { hubUrl: hub.url, signal: AbortSignal.abort() })).rejects.toThrow(
    /abort/i,
  ));
