import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { WovError } from "../errors";
import { sha256 } from "../store/index";
import type { Shell } from "./shell";

/**
 * Makes a Python environment with the packages of `remote/requirements.txt` in a folder of a machine, once: exactly
 * their versions, each from a file with the right hash. It appears whole or not at all: its stamp is written last.
 *
 * @returns its Python program, there
 * @throws WovError with the end of what pip printed
 */
export async function setUpPython(root: string, shell: Shell, folder: string): Promise<string> {
  const requirements = readFileSync(join(root, "remote/requirements.txt"), "utf8");
  const venv = posix.join(folder, `venv-${sha256(requirements).slice(0, 12)}`);
  const python = posix.join(venv, "bin/python");
  const { code } = await shell.run(["test", "-e", posix.join(venv, ".complete")]);
  if (code === 0) return python;
  process.stderr.write(`Python environment on ${shell.where} (3 to 10 min, once) …\n`);
  const script = [
    'set -e; mkdir -p "$1"; exec 9>"$2.lock"; if command -v flock >/dev/null; then flock 9; fi',
    'if [ -e "$2/.complete" ]; then exit 0; fi',
    "for python in python3.13 python3.12 python3.11 python3.14 python3 none; do",
    `  if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then break; fi`,
    "done",
    'if [ "$python" = none ]; then echo "no Python 3.11, 3.12, 3.13 or 3.14 was found on the PATH" >&2; exit 1; fi',
    '"$python" -m venv --clear "$2"; cat >"$2/requirements.txt"',
    'install="install --disable-pip-version-check -q --no-deps --require-hashes"',
    '"$2/bin/python" -m pip $install -r "$2/requirements.txt"',
    'touch "$2/.complete"',
  ].join("\n");
  const made = await shell.run(["sh", "-c", script, "sh", folder, venv], requirements);
  if (made.code === 0) return python;
  const end = `${made.stdout}${made.stderr}`.trim().split("\n").slice(-6).join("\n");
  throw new WovError(
    `${shell.where}: the Python environment could not be made in ${venv}:\n${end}\n` +
      "Make one by hand with remote/requirements.txt, and name its program as 'runtime.python'",
  );
}
