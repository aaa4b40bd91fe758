import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockStudy } from "../../lib/store/index";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-lock-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Arguments of a process that takes the lock, says so, and does `then`. */
const program = (then: string) => [
  "--require",
  "tsx/cjs",
  "-e",
  `const { lockStudy } = require(${JSON.stringify(resolve("lib/store/index.ts"))});
   lockStudy(${JSON.stringify(root)}); console.log("locked"); ${then}`,
];

it("is held by one process at a time, and free again after release", () => {
  const release = lockStudy(root);
  expect(() => lockStudy(root)).toThrow(new RegExp(`another study is running \\(pid ${process.pid} `));
  release();
  lockStudy(root)();
});

it("is refused to another process, and taken over when that process was killed", async () => {
  const child = spawn(process.execPath, program("setInterval(() => {}, 1000)"));
  await once(child.stdout, "data");
  expect(() => lockStudy(root)).toThrow(/another study is running \(pid \d+ .*Wait until it is done/);
  child.kill("SIGKILL");
  await once(child, "exit");
  lockStudy(root)();
});

it("is free after a process that ended without releasing it", () => {
  expect(execFileSync(process.execPath, program(""), { encoding: "utf8" })).toBe("locked\n");
  lockStudy(root)();
});
