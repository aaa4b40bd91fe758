// Writes the lock files of the Python packages: for each requirements.in, which names what is used, a requirements.txt
// with every package that this needs, its version, and the hashes of its files for all systems and Python versions.
// A lock leaves out what an earlier one has, since they are installed one on top of the other. Versions stay as they
// are unless requirements.in asks for others; `npm run lock:python -- --upgrade` takes the newest. Needs `uv`.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Locks, each with those below it. */
const LOCKS = [
  { name: "remote/requirements", below: [] },
  { name: "notebooks/requirements", below: ["remote/requirements"] },
  { name: "test/requirements", below: ["remote/requirements", "notebooks/requirements"] },
  { name: "test/runtime/ray-requirements", below: [] },
  { name: "remote/uv-requirements", below: [] },
];
const HOW = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate"];
const HEADER = `# All packages that the .in file beside this one needs, with the hashes of their files. Written by \`npm run lock:python\`.\n`;

/** Names of the packages of a lock. */
const namesIn = (lock) => readFileSync(join(root, `${lock}.txt`), "utf8").match(/^[\w.-]+(?===)/gm);

function compile({ name, below }, args) {
  const constraints = below.flatMap((lock) => ["--constraint", `${lock}.txt`]);
  const left = below.flatMap(namesIn).flatMap((pack) => ["--no-emit-package", pack]);
  const files = [`${name}.in`, "--output-file", `${name}.txt`];
  const options = { cwd: root, stdio: ["ignore", "ignore", "inherit"] };
  const { status, error } = spawnSync(
    "uv",
    ["pip", "compile", ...HOW, ...constraints, ...left, ...files, ...args],
    options,
  );
  if (error) throw new Error(`uv cannot be run (${error.message}): install it, for example with \`pipx install uv\``);
  if (status !== 0) process.exit(status);
  const text = readFileSync(join(root, `${name}.txt`), "utf8")
    .replace(/^#.*\n/gm, "")
    .trim();
  writeFileSync(join(root, `${name}.txt`), `${HEADER}${text}\n`);
}

for (const lock of LOCKS) compile(lock, process.argv.slice(2));
