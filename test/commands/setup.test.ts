import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root: string;
const file = (path: string) => join(root, path);

/** A Python of version 3.11 that writes what it is asked to do into a file, and then fails. */
const PYTHON = `#!/bin/sh
case "$1" in -c) echo 3.11.0;; *) echo "$@" > "$(dirname "$0")/asked"; echo "No space left on device" >&2; exit 1;; esac
`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-setup-"));
  for (const folder of ["lib", "remote", "notebooks", "node_modules", ".venv/bin"])
    mkdirSync(file(folder), { recursive: true });
  copyFileSync("lib/setup.mjs", file("lib/setup.mjs"));
  for (const path of ["package-lock.json", "remote/requirements.txt", "notebooks/requirements.txt"])
    writeFileSync(file(path), path);
  writeFileSync(file("node_modules/.setup"), createHash("sha256").update("package-lock.json").digest("hex"));
  for (const path of [".venv/.setup", ".venv/bin/python"]) writeFileSync(file(path), "of an older set-up");
  writeFileSync(file("python"), PYTHON);
  chmodSync(file("python"), 0o755);
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs the set-up to the point where it makes the Python environment. */
function setUp(environmentOf: string) {
  writeFileSync(file(".venv/bin/activate"), `VIRTUAL_ENV="${environmentOf}"\nexport VIRTUAL_ENV\n`);
  const env = { ...process.env, PYTHON: file("python") };
  const { status, stderr } = spawnSync(process.execPath, [file("lib/setup.mjs")], { encoding: "utf8", env });
  return { status, stderr, asked: readFileSync(file("asked"), "utf8").trim() };
}

describe.skipIf(process.platform === "win32")("npm run setup", () => {
  it("brings a complete environment up to date", () => {
    expect(setUp(file(".venv")).asked).toBe(`-m venv ${file(".venv")}`);
  });

  it("makes an environment of another folder anew: the project was moved", () => {
    expect(setUp(`/elsewhere${file(".venv")}`).asked).toBe(`-m venv --clear ${file(".venv")}`);
  });

  it("ends with 2 and says what to do, leaves no lock, and starts anew the next time", () => {
    const { status, stderr } = setUp(file(".venv"));
    expect([status, stderr]).toEqual([2, expect.stringMatching(/failed.*No space left.*The disk is full/s)]);
    expect([existsSync(file(".setup.lock")), existsSync(file(".venv/.setup"))]).toEqual([false, false]);
    expect(setUp(file(".venv")).asked).toContain("--clear");
  });
});
