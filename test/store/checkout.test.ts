import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { environment } from "../../lib/store/index";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-checkout-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const git = (...args: string[]) => execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: "pipe" });
const commit = () => {
  git("init", "--quiet");
  writeFileSync(join(root, "package.json"), '{"version": "1.2.3"}');
  writeFileSync(join(root, "notes"), "one");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "first");
  return git("rev-parse", "HEAD").trim();
};

it.each([
  ["nothing", () => {}, "unknown"],
  ["a package that is not JSON", () => writeFileSync(join(root, "package.json"), "{"), "unknown"],
  ["a version", () => writeFileSync(join(root, "package.json"), '{"version": "1.2.3"}'), "1.2.3"],
  [
    "a .git that git cannot read",
    () => {
      mkdirSync(join(root, ".git"));
      writeFileSync(join(root, ".git/HEAD"), "");
    },
    "unknown",
  ],
])("a folder with %s is no checkout", (_, make, version) => {
  make();
  expect(environment(root).code).toEqual({ version, commit: null, dirty: null });
});

it("a checkout without changes is clean, whatever lies beside its files", () => {
  const head = commit();
  writeFileSync(join(root, "untracked"), "");
  expect(environment(root).code).toEqual({ version: "1.2.3", commit: head, dirty: false });
});

it("a checkout of which one file has changed is dirty", () => {
  const head = commit();
  writeFileSync(join(root, "notes"), "two");
  expect(environment(root).code).toEqual({ version: "1.2.3", commit: head, dirty: true });
});

it("the machine is described as the system describes it, and without a .venv there are no packages", () => {
  expect(environment(root)).toMatchObject({
    packages: {},
    hardware: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
    },
  });
});
