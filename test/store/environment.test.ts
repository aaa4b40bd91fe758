import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { environment } from "../../lib/store/index";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-environment-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const git = (...args: string[]) => execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: "pipe" });

/** What another process finds, since a process looks only once. */
function found(path = process.env.PATH) {
  const program = `
    const { environment } = require(${JSON.stringify(resolve("lib/store/index.ts"))});
    console.log(JSON.stringify(environment(${JSON.stringify(root)})))`;
  const env = { ...process.env, PATH: path };
  return JSON.parse(execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", program], { encoding: "utf8", env }));
}

it("holds the commit, and whether tracked files differ from it", () => {
  writeFileSync(join(root, "package.json"), '{"version": "1.2.3"}');
  expect(found().code).toEqual({ version: "1.2.3", commit: null, dirty: null });
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "first");
  writeFileSync(join(root, "untracked"), "");
  const commit = git("rev-parse", "HEAD").trim();
  expect(found().code).toEqual({ version: "1.2.3", commit, dirty: false });
  writeFileSync(join(root, "package.json"), '{"version": "1.2.4"}');
  expect(found().code).toEqual({ version: "1.2.4", commit, dirty: true });
}, 60_000);

it("holds Python and its packages as they are installed, whatever is pinned", () => {
  const packages = join(root, ".venv/lib/python3.12/site-packages");
  for (const folder of ["torch-2.13.0+cpu.dist-info", "huggingface_hub-1.2.dist-info", "torch", "x.egg-info"])
    mkdirSync(join(packages, folder), { recursive: true });
  writeFileSync(join(root, ".venv/pyvenv.cfg"), "home = /usr/bin\nversion = 3.12.4\n");
  mkdirSync(join(root, "remote"));
  writeFileSync(join(root, "remote/requirements.txt"), "torch==2.0.0\n");
  expect(environment(root).packages).toEqual({
    python: "3.12.4",
    "huggingface-hub": "1.2",
    torch: "2.13.0+cpu",
  });
});

it.skipIf(process.platform === "win32")(
  "holds the names of NVIDIA GPUs, where nvidia-smi tells them",
  () => {
    expect(Array.isArray(environment(root).hardware.gpus)).toBe(true);
    writeFileSync(
      join(root, "nvidia-smi"),
      '#!/bin/sh\n[ "$1" = --query-gpu=name ] && printf "NVIDIA A\\nNVIDIA B\\n"\n',
    );
    chmodSync(join(root, "nvidia-smi"), 0o755);
    expect(found(`${root}${delimiter}${process.env.PATH}`).hardware.gpus).toEqual(["NVIDIA A", "NVIDIA B"]);
  },
  30_000,
);
