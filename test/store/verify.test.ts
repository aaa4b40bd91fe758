import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashOf, openRun, runState } from "../../lib/store/index";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-verify-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const specOf = (name: string) => ({ step: "ask", name, spec: name, parents: [] });

function finished(name: string) {
  const run = openRun(root, specOf(name));
  run.append([1, 2, 3].map((id) => ({ custom_id: `${name} ${id}` })));
  run.finish({ counts: {} });
  return run;
}

function wovVerify(...args: string[]) {
  const program = `
    const { Command } = require("commander");
    const command = new Command("verify");
    require(${JSON.stringify(resolve("lib/commands/verify.ts"))}).define(command);
    command.parseAsync(process.argv.slice(1), { from: "user" }).catch((error) => {
      console.error(error.message);
      process.exit(error.exitCode);
    });`;
  const options = { encoding: "utf8", env: { ...process.env, WOV_ROOT: root } } as const;
  return spawnSync(process.execPath, ["--require", "tsx/cjs", "-e", program, "--", ...args], options);
}

it("names damaged runs and what is wrong with them, and repairs them when told to", () => {
  const [good, bad] = [finished("good"), finished("bad")];
  openRun(root, specOf("open")).begin();
  expect(wovVerify()).toMatchObject({
    status: 0,
    stdout: "3 runs: 2 unchanged, 0 damaged, 1 incomplete\n",
    stderr: "",
  });

  truncateSync(join(root, bad.path("records.jsonl")), 30);
  const found = wovVerify();
  expect(found.status).toBe(1);
  expect(found.stdout).toBe(
    `✗ ${bad.id}: records.jsonl has 30 bytes, expected 66\n` +
      "3 runs: 1 unchanged, 1 damaged, 1 incomplete\n" +
      "Restore damaged runs from a copy, or repeat this command with --repair\n",
  );
  expect(wovVerify(`runs/${good.id}/`).status).toBe(0);
  const problems = [{ file: "records.jsonl", wrong: "has 30 bytes, expected 66" }];
  expect(JSON.parse(wovVerify(bad.id, "--json").stdout)).toEqual([{ run: bad.id, state: "damaged", problems }]);
  expect(runState(root, specOf("bad"))).toBe("damaged");

  const repaired = wovVerify("--repair");
  expect(repaired.stdout).toContain("1 unchanged records are kept, 0 dropped; to complete the run, repeat the command");
  expect(repaired.status).toBe(0);
  expect(runState(root, specOf("bad"))).toBe("begun");
}, 60_000);

it("shows what is wrong on one line, whatever a manifest names its files", () => {
  const run = finished("odd");
  writeFileSync(join(root, run.path("records.jsonl")), "changed");
  const manifest = join(root, run.path("manifest.json"));
  const { checksum: _, ...content } = JSON.parse(readFileSync(manifest, "utf8"));
  content.files["\u001b[2Jx\n✗ y"] = content.files["records.jsonl"];
  writeFileSync(manifest, JSON.stringify({ ...content, checksum: hashOf(content) }));
  const { stdout } = wovVerify();
  expect(stdout).toContain("\\u001b[2Jx ✗ y is missing");
  expect(stdout).not.toContain("\u001b");
}, 30_000);

it("refuses what is no run", () => {
  const { status, stderr } = wovVerify("ask/none");
  expect([status, stderr]).toEqual([2, "ask/none: expected the id or the folder of a run, such as ask/NAME-HASH\n"]);
}, 30_000);
