import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { downloadViva, VIVA } from "../../lib/benchmark/index";
import { sha256 } from "../../lib/store/index";

const CONTENT = '[{"index": 1, "answer": NaN}]';
const folder = mkdtempSync(join(tmpdir(), "wov-hub-"));
let server: Server;
let hubUrl: string;
let asked = 0;

beforeAll(async () => {
  // The Hub's protocol as far as it is needed: a first byte with the size in Content-Range, then the file.
  server = createServer((request, response) => {
    asked++;
    if (request.url !== `/datasets/${VIVA.repo}/resolve/main/${VIVA.path}`)
      return response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    const partial = request.headers.range === "bytes=0-0";
    response.setHeader("etag", '"abc"');
    if (partial) response.setHeader("content-range", `bytes 0-0/${CONTENT.length}`);
    response.writeHead(partial ? 206 : 200).end(partial ? CONTENT[0] : CONTENT);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

it("downloads VIVA once, and says whether it is the file on which the kit was tested", async () => {
  const { file, asTested } = await downloadViva(folder, { hubUrl });
  expect([readFileSync(file, "utf8"), asTested]).toEqual([CONTENT, false]);
  const before = asked;
  const tested = sha256(CONTENT);
  expect(await downloadViva(folder, { hubUrl, tested })).toEqual({ file, sha256: tested, asTested: true });
  expect(await downloadViva(folder, { hubUrl })).toMatchObject({ file });
  expect(asked).toBe(before);
});

it("says what is wrong where the Hub has no such file, or cannot be reached", async () => {
  const elsewhere = join(folder, "none");
  await expect(downloadViva(elsewhere, { hubUrl, revision: "other" })).rejects.toThrow(/revision other.*no such file/);
  await expect(downloadViva(elsewhere, { hubUrl: "http://127.0.0.1:9" })).rejects.toThrow(/cannot be downloaded/);
});
