import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setUpPython } from "../../lib/runtime/set-up";
import type { Shell } from "../../lib/runtime/shell";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-remote-set-up-"));
  for (const folder of ["remote", "bin"]) mkdirSync(join(root, folder));
  writeFileSync(join(root, "remote/requirements.txt"), "torch==2.13.0 --hash=sha256:aa\n");
});
afterEach(() => rmSync(root, { recursive: true }));

/** A Python of a version that notes its arguments, and makes an environment by copying itself. */
function addPython(name: string, version: string): void {
  const [major, minor] = version.split(".").map(Number);
  const isNewEnough = major === 3 && minor! >= 11 && minor! <= 14;
  const script = [
    "#!/bin/sh",
    `if [ "$1" = -c ]; then exit ${isNewEnough ? 0 : 1}; fi`,
    `echo "${version} $*" >>"${join(root, "asked")}"`,
    'if [ "$2" = venv ]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; fi',
  ];
  writeFileSync(join(root, "bin", name), `${script.join("\n")}\n`);
  chmodSync(join(root, "bin", name), 0o755);
}

/** A shell of this machine that sees only the Pythons of the test. */
const shell = {
  where: "a machine",
  run: async ([program, ...args]: string[], input?: string) => {
    for (const name of ["mkdir", "cat", "touch", "test", "cp", "sh", "flock"])
      for (const path of ["/bin", "/usr/bin"].map((folder) => join(folder, name)))
        if (existsSync(path) && !existsSync(join(root, "bin", name))) symlinkSync(path, join(root, "bin", name));
    const env = { PATH: join(root, "bin") };
    const { status, stdout, stderr } = spawnSync(join(root, "bin", program!), args, { input, encoding: "utf8", env });
    return { code: status ?? 1, stdout, stderr };
  },
} as unknown as Shell;

describe.skipIf(process.platform === "win32")("the Python environment on another machine", () => {
  const asked = () => readFileSync(join(root, "asked"), "utf8").trim().split("\n");

  it("has exactly the packages of the lock, each with its hash, and is made once", async () => {
    addPython("python3", "3.9.2");
    addPython("python3.12", "3.12.1");
    const python = await setUpPython(root, shell, join(root, "there"));
    expect(asked()).toEqual([
      expect.stringMatching(/^3\.12\.1 -m venv --clear /),
      expect.stringMatching(/-m pip install .*--no-deps --require-hashes -r .*\/requirements\.txt$/),
    ]);
    const folder = python.slice(0, -"/bin/python".length);
    expect(readFileSync(join(folder, "requirements.txt"), "utf8")).toBe("torch==2.13.0 --hash=sha256:aa\n");
    expect(await setUpPython(root, shell, join(root, "there"))).toBe(python);
    expect(asked()).toHaveLength(2);
  });

  it("is refused with what is needed where Python is too old", async () => {
    addPython("python3", "3.9.2");
    await expect(setUpPython(root, shell, join(root, "there"))).rejects.toThrow(
      /a machine: .*no Python 3\.11, 3\.12, 3\.13 or 3\.14 was found on the PATH/s,
    );
    expect(existsSync(join(root, "asked"))).toBe(false);
  });
});
