import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectRoot } from "../../lib/root";

const root = projectRoot();
const folder = join(root, "test/remote");
const python = join(root, process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python");
/** The tests load torch, which alone takes 10 s on a busy machine, and some 20 tiny models. */
const TIMEOUT_MS = 600_000;
/** The Hub's cache, for the tests to fill. */
const cache = mkdtempSync(join(tmpdir(), "wov-hub-"));
let code: number | null;
let report = "";

beforeAll(async () => {
  const env = {
    ...process.env,
    PYTHONPATH: join(root, "remote"),
    HF_HUB_OFFLINE: "1",
    HF_HUB_CACHE: cache,
    OMP_NUM_THREADS: "1",
  };
  const args = ["-m", "unittest", "discover", "-s", folder];
  const child = spawn(python, args, { cwd: root, env, stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.on("data", (data) => (report += data));
  code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
}, TIMEOUT_MS);
afterAll(() => rmSync(cache, { recursive: true }));

it("the Python tests pass, in each of their files", () => {
  expect(code, report).toBe(0);
  const ran = Number(/^Ran (\d+) tests? in/m.exec(report)?.[1]);
  expect(ran).toBeGreaterThanOrEqual(readdirSync(folder).filter((file) => file.startsWith("test_")).length);
});
