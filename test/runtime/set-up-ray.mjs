// Installs Ray for the tests of its runtime, in an environment of its own: no job of the kit needs it. lib/setup.mjs
// calls it before anything is installed, so it uses nothing but Node.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * If it cannot be installed, these tests are skipped, and set-up goes on.
 *
 * @param {string} root the project's folder
 * @param {() => { command: string }} findPython
 * @param {(title: string, command: string, args: string[]) => Promise<string>} run
 */
export async function setUpRay(root, findPython, run) {
  const venv = join(root, ".venv-ray");
  const stamp = join(venv, ".setup");
  const requirements = join(root, "test/runtime/ray-requirements.txt");
  const wanted = createHash("sha256")
    .update(`${readFileSync(requirements, "utf8")}\0${root}`)
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  try {
    const { command } = findPython();
    await run("Python environment of Ray, for tests", command, ["-m", "venv", "--clear", venv]);
    const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--require-hashes"];
    await run("Ray, for tests (1 min, 400 MB)", join(venv, "bin/python"), [...pip, "-r", requirements]);
    writeFileSync(stamp, wanted);
  } catch (error) {
    process.stderr.write(`${error.message}\nContinuing without Ray: the tests that need it are skipped.\n`);
  }
}
