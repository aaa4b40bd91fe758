// Sets the project up: Node packages, Python environment, notebook kernel. Steps that are done already are skipped.
// It runs before anything is installed, so it uses nothing but Node. `npm run setup` calls it, and so do
// `npm run study`, `npm run lab` and `npm test`, the last with --tests.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === "win32";
const inRoot = (path) => join(root, path);
const venvPython = inRoot(windows ? ".venv/Scripts/python.exe" : ".venv/bin/python");
const LOCK = inRoot(".setup.lock");

/** What to do about a failure, by a pattern in its log. */
const REMEDIES = [
  [/ENOSPC|No space left on device/, "The disk is full: about 3 GB are needed."],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|NameResolutionError|Temporary failure in name|Connection refused|Network is unreachable/,
    "The network cannot be reached, and packages have to be downloaded once. Connect, and run the command again.",
  ],
  [
    /ensurepip is not available|No module named '?(venv|ensurepip)/,
    "Python's venv is missing: on Debian and Ubuntu, `sudo apt install python3-venv`.",
  ],
  [/EACCES|Permission denied/, "A file cannot be written. Check who owns the project's folder."],
];

class SetupError extends Error {}

/** Runs a command and shows how long it has taken. If it fails, the error shows the end of its output. */
function run(title, command, args) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const live = process.stderr.isTTY;
  process.stderr.write(live ? `${title} …` : `${title} …\n`);
  const ticker = live ? setInterval(() => process.stderr.write(`\r${title} … ${seconds()} s`), 1000) : undefined;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], shell: windows });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (log = (log + data).slice(-20000)));
    const end = (error) => {
      clearInterval(ticker);
      process.stderr.write(live ? `\r${title}: ${seconds()} s      \n` : `${title}: ${seconds()} s\n`);
      error ? reject(error) : resolve(log);
    };
    child.on("error", (error) => end(new SetupError(`${command} cannot be run: ${error.message}`)));
    child.on("close", (code) => end(code === 0 ? undefined : new SetupError(explain(title, command, args, code, log))));
  });
}

function explain(title, command, args, code, log) {
  const remedy = REMEDIES.find(([sign]) => sign.test(log))?.[1];
  const tail = log.trimEnd().split("\n").slice(-12).join("\n");
  return `${title} failed (${command} ${args.slice(0, 3).join(" ")}, exit ${code}).\n${tail}${remedy ? `\n\n${remedy}` : ""}`;
}

const hash = (...texts) => createHash("sha256").update(texts.join("\0")).digest("hex");
const stampOf = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
}

/** Installs the Node packages of the lock file. The stamp is written last, so an interrupted set-up starts again. */
async function setUpNode() {
  const stamp = inRoot("node_modules/.setup");
  const wanted = hash(readFileSync(inRoot("package-lock.json"), "utf8"));
  if (stampOf(stamp) === wanted) return;
  await run("Node packages (about 1 min)", "npm", ["ci", "--no-audit", "--no-fund"]);
  writeFileSync(stamp, wanted);
}

/** Finds Python 3.10 or newer: `$PYTHON`, or the newest version on the path. */
function findPython() {
  const candidates = [process.env.PYTHON, "python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"];
  const ask = "import sys; print('.'.join(map(str, sys.version_info[:3])))";
  let old;
  for (const command of candidates.filter(Boolean)) {
    const { status, stdout } = spawnSync(command, ["-c", ask], { encoding: "utf8" });
    if (status !== 0) continue;
    const [major, minor] = stdout.trim().split(".").map(Number);
    if (major === 3 && minor >= 10) return { command, version: stdout.trim() };
    old ??= stdout.trim();
  }
  throw new SetupError(
    `${old ? `Python ${old} is too old` : "Python is missing"}: install Python 3.10 or newer (Debian, Ubuntu: ` +
      "`sudo apt install python3 python3-venv`; macOS: `brew install python`; Windows: `winget install Python.Python.3.12`).",
  );
}

/** Creates or updates the Python environment from pinned requirements. */
async function setUpPython() {
  const stamp = inRoot(".venv/.setup");
  const requirements = [inRoot("remote/requirements.txt"), inRoot("notebooks/requirements.txt")];
  const wanted = hash(...requirements.map((file) => readFileSync(file, "utf8")), root);
  if (stampOf(stamp) === wanted && existsSync(venvPython)) return;
  const python = findPython();
  // A complete environment is updated. An incomplete one is created again, and so is one that was moved from another
  // folder: its programs hold the path of that folder's Python.
  const activate = stampOf(inRoot(windows ? ".venv/Scripts/activate" : ".venv/bin/activate"));
  const complete =
    stampOf(stamp) !== "" && existsSync(venvPython) && activate.split(/["'\n]/).includes(inRoot(".venv"));
  rmSync(stamp, { force: true });
  const fresh = complete ? [] : ["--clear"];
  await run(`Python environment (${python.version})`, python.command, ["-m", "venv", ...fresh, inRoot(".venv")]);
  await installPython(requirements);
  writeFileSync(stamp, wanted);
}

/**
 * Uses pip by default, since it also finds torch wheels that are stored on this machine. If pip would install CUDA
 * (gigabytes) on a Linux machine without a GPU, uses uv, which can install the CPU build.
 */
async function installPython(requirements) {
  const pip = (...args) => [venvPython, ["-m", "pip", "--disable-pip-version-check", ...args]];
  if (process.platform === "linux" && spawnSync("nvidia-smi").status !== 0) {
    const torch = readFileSync(requirements[0], "utf8").match(/^torch==\S+/m)[0];
    const plan = await run("Checking which torch pip would install", ...pip("install", "--dry-run", torch));
    if (/Would install .*\b(nvidia|cuda)-/.test(plan) && (await installWithUv(pip, requirements))) return;
  }
  await run("Python packages (2 to 5 min, 2 GB)", ...pip("install", ...fromFiles(requirements)));
}

const fromFiles = (files) => files.flatMap((file) => ["-r", file]);

async function installWithUv(pip, requirements) {
  try {
    await run("uv", ...pip("install", "uv"));
    const args = [
      "-m",
      "uv",
      "pip",
      "install",
      "--python",
      venvPython,
      "--torch-backend=cpu",
      ...fromFiles(requirements),
    ];
    await run("Python packages, torch for the CPU (1 to 3 min, 2 GB)", venvPython, args);
    return true;
  } catch {
    process.stderr.write("uv could not install the CPU build. Continuing with pip, which installs CUDA too.\n");
    return false;
  }
}

/** Installs the tests' own packages: the programs that the kit's results are compared with. */
async function setUpTests() {
  const stamp = inRoot(".venv/.setup-tests");
  const requirements = inRoot("test/requirements.txt");
  const wanted = hash(readFileSync(requirements, "utf8"), stampOf(inRoot(".venv/.setup")));
  if (stampOf(stamp) === wanted) return;
  const pip = ["-m", "pip", "--disable-pip-version-check", "install", "-r", requirements];
  await run("Python packages of the tests (1 min)", venvPython, pip);
  writeFileSync(stamp, wanted);
}

/** Installs Ray for tests, which runs on Linux and macOS. */
async function setUpRayForTests() {
  if (windows) return;
  const { setUpRay } = await import("../test/runtime/set-up-ray.mjs");
  await setUpRay(root, findPython, run);
}

/**
 * Registers the notebooks' kernel. It starts in the project's folder, so that every notebook can import `./lib/index`.
 */
function setUpKernel() {
  const folder = inRoot(".venv/share/jupyter/kernels/words-over-vision");
  const spec = {
    argv: [process.execPath, inRoot("lib/kernel.mjs"), "{connection_file}"],
    display_name: "TypeScript (words-over-vision)",
    language: "typescript",
  };
  const text = `${JSON.stringify(spec, null, 2)}\n`;
  if (stampOf(join(folder, "kernel.json")) === text) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), text);
}

/** Prevents two set-ups at the same time. The lock of a killed set-up is taken over. */
function takeLock() {
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code === "ENOSPC") throw new SetupError("The disk is full: about 3 GB are needed.");
      if (error.code !== "EEXIST") throw new SetupError(`${LOCK} cannot be written: ${error.message}`);
    }
    const pid = Number(stampOf(LOCK));
    if (isAlive(pid)) throw new SetupError(`another set-up is running (pid ${pid}): wait until it is done.`);
    rmSync(LOCK, { force: true });
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && pid !== process.pid && process.kill(pid, 0) && !isZombie(pid);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/**
 * On Linux a dead process is listed until its parent reaps it, which in a container may never happen. As in
 * store/lock.ts.
 */
const isZombie = (pid) => /\) Z /.test(stampOf(`/proc/${pid}/stat`));

try {
  checkNode();
  takeLock();
  process.on("exit", () => rmSync(LOCK, { force: true }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
  const isForTests = process.argv.includes("--tests");
  const ray = isForTests ? setUpRayForTests() : undefined; // beside the rest, since it has an environment of its own
  await setUpNode();
  await setUpPython();
  if (isForTests) await setUpTests();
  await ray;
  setUpKernel();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 2;
}
