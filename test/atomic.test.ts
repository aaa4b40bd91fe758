import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeAtomic } from "../lib/atomic";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-atomic-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it("replaces a file, and the file that a link names", () => {
  for (const content of ["one", Buffer.from("two")]) {
    writeAtomic(join(root, "file"), content);
    expect(readFileSync(join(root, "file"))).toEqual(Buffer.from(content));
  }
  symlinkSync("file", join(root, "link"));
  writeAtomic(join(root, "link"), "three");
  expect(readFileSync(join(root, "file"), "utf8")).toBe("three");
  expect(readdirSync(root)).toEqual(["file", "link"]);
});

it.skipIf(process.platform === "win32")("leaves a file as it was where the disk takes only the first bytes", () => {
  const file = join(root, "file");
  writeFileSync(file, "before");
  // A limit on a file's size does the same: of 9,000 bytes, the first write takes as many as fit, and reports no error.
  const program = `require(${JSON.stringify(resolve("lib/atomic.ts"))}).writeAtomic(process.argv[1], "x".repeat(9000))`;
  const args = ["-c", 'ulimit -f 8; exec "$@"', "sh", process.execPath, "--require", "tsx/cjs", "-e", program, file];
  const { status, stderr } = spawnSync("sh", args, { encoding: "utf8" });
  expect([status, stderr]).toEqual([1, expect.stringContaining("EFBIG")]);
  expect([readFileSync(file, "utf8"), readdirSync(root)]).toEqual(["before", ["file"]]);
});
