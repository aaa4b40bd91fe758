// Sets the project up: Node packages, Python environment, notebook kernel. Steps that are done already are skipped.
// It runs before anything is installed, so it uses nothing but Node. `npm run setup` calls it, and so do
// `npm run study`, `npm run lab` and `npm test`, the last with --tests.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
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

/** Finds a Python for which the locks have packages: `$PYTHON`, or one on the path. */
function findPython() {
  const names = ["python3.13", "python3.12", "python3.11", "python3.14", "python3", "python"];
  const ask = "import sys; print('.'.join(map(str, sys.version_info[:3])))";
  let other;
  for (const command of process.env.PYTHON ? [process.env.PYTHON] : names) {
    const { status, stdout } = spawnSync(command, ["-c", ask], { encoding: "utf8" });
    if (status !== 0) continue;
    const [major, minor] = stdout.trim().split(".").map(Number);
    if (major === 3 && minor >= 11 && minor <= 14) return { command, version: stdout.trim() };
    other ??= `${command} is Python ${stdout.trim()}`;
  }
  other ??= process.env.PYTHON ? `${process.env.PYTHON} cannot be run` : "Python is missing";
  throw new SetupError(
    `${other}, but the kit's packages need Python 3.11, 3.12, 3.13 or 3.14. Install one (Debian 12, Ubuntu 24.04 or ` +
      "later: `sudo apt install python3 python3-venv`; macOS: `brew install python@3.13`; Windows: " +
      "`winget install Python.Python.3.13`), or name its program: PYTHON=/path/to/python3.12 npm run setup",
  );
}

/** The packages of jobs, then those of the notebooks: versions and hashes of all that is installed. */
const LOCKS = ["remote/requirements.txt", "notebooks/requirements.txt"];
const CPU_TORCH = "remote/cpu-requirements.txt";
const UV = "remote/uv-requirements.txt";

const read = (path) => readFileSync(inRoot(path), "utf8");

/** Runs pip so that it installs the packages of locks and nothing else, each only from a file with the right hash. */
const pipInstall = (title, ...locks) => {
  const exact = ["--disable-pip-version-check", "install", "--no-deps", "--require-hashes", "--only-binary", ":all:"];
  return run(title, venvPython, ["-m", "pip", ...exact, ...locks.flatMap((lock) => ["-r", inRoot(lock)])]);
};

/**
 * Makes the Python environment. It is made anew if the locks have changed, or if the project was moved or copied from
 * another folder, whose Python the programs in the environment would use.
 */
async function setUpPython() {
  const stamp = inRoot(".venv/.setup");
  const wanted = hash(...[...LOCKS, CPU_TORCH, UV].map(read), root);
  if (stampOf(stamp) === wanted && existsSync(venvPython)) return;
  const python = findPython();
  rmSync(stamp, { force: true });
  await run(`Python environment (${python.version})`, python.command, ["-m", "venv", "--clear", inRoot(".venv")]);
  const isForCpu = process.platform === "linux" && spawnSync("nvidia-smi").status !== 0 && (await installCpuTorch());
  const locks = isForCpu ? [withoutCuda(LOCKS[0]), LOCKS[1]] : LOCKS;
  await pipInstall("Python packages (1 to 5 min, 2 GB)", ...locks);
  writeFileSync(stamp, wanted);
}

/**
 * Installs torch without CUDA, which would take gigabytes on a Linux machine without a GPU. Package indexes have only
 * the build with CUDA, so pip succeeds where the file lies on this machine or in a mirror. Otherwise uv downloads it
 * from PyTorch's own index: that file is checked against the hash in the index, since the lock has no hash of it.
 */
async function installCpuTorch() {
  try {
    return await pipInstall("torch for the CPU, if it is stored on this machine", CPU_TORCH).then(() => true);
  } catch {
    const packages = read(LOCKS[0]).match(/^(torch|torchvision)==[\w.]+/gm);
    const uv = ["-m", "uv", "pip", "install", "--python", venvPython, "--no-deps", "--torch-backend=cpu", ...packages];
    try {
      await pipInstall("uv", UV);
      await run("torch for the CPU, from PyTorch's index", venvPython, uv);
      return true;
    } catch {
      process.stderr.write("The build for the CPU cannot be installed. Continuing with the one for CUDA (5 GB).\n");
      return false;
    }
  }
}

/** Writes a lock without the packages that only torch's build with CUDA needs; the torch that is installed stays. */
function withoutCuda(lock) {
  const packages = read(lock).split(/^(?=\w)/m);
  const file = ".venv/requirements-without-cuda.txt";
  writeFileSync(inRoot(file), packages.filter((text) => !/^(nvidia|cuda|triton)\b/.test(text)).join(""));
  return file;
}

/** Installs the tests' own packages: the programs that the kit's results are compared with. */
async function setUpTests() {
  const stamp = inRoot(".venv/.setup-tests");
  const lock = "test/requirements.txt";
  const wanted = hash(read(lock), stampOf(inRoot(".venv/.setup")));
  if (stampOf(stamp) === wanted) return;
  await pipInstall("Python packages of the tests (1 min)", lock);
  writeFileSync(stamp, wanted);
}

/** Installs Ray for tests, which runs on Linux and macOS. */
async function setUpRayForTests() {
  if (windows) return;
  const { setUpRay } = await import("../test/runtime/set-up-ray.mjs");
  await setUpRay(root, findPython, run);
}

/**
 * Registers the notebooks' kernel. Its program is named by its place relative to the kernel's own folder, so that a
 * moved or copied project runs its own library, and never that of the folder where it was set up.
 */
function setUpKernel() {
  const folder = inRoot(".venv/share/jupyter/kernels/words-over-vision");
  const spec = {
    argv: [process.execPath, "{resource_dir}/../../../../../lib/kernel.mjs", "{connection_file}"],
    display_name: "TypeScript (words-over-vision)",
    language: "typescript",
  };
  const text = `${JSON.stringify(spec, null, 2)}\n`;
  if (stampOf(join(folder, "kernel.json")) === text) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), text);
}

/** Where this process has its pid: a container may have the same name as another, and numbers its own processes. */
function here() {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${hostname()}, ${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Prevents two set-ups at the same time. The lock of a killed set-up is taken over. */
function takeLock() {
  const place = here();
  for (;;) {
    try {
      writeFileSync(LOCK, `process ${process.pid} on ${place}`, { flag: "wx" });
      setInterval(() => existsSync(LOCK) && utimesSync(LOCK, new Date(), new Date()), 5000).unref();
      return;
    } catch (error) {
      if (error.code === "ENOSPC") throw new SetupError("The disk is full: about 3 GB are needed.");
      if (error.code !== "EEXIST") throw new SetupError(`${LOCK} cannot be written: ${error.message}`);
    }
    const owner = stampOf(LOCK);
    if (isHeld(owner, place))
      throw new SetupError(
        `another set-up is running (${owner.split(",")[0] || "just started"}): wait until it is done. ` +
          `If that process no longer exists, delete ${LOCK}`,
      );
    rmSync(LOCK, { force: true });
  }
}

/** Whether a set-up runs. One in another container or on another machine is known by its lock, which it renews. */
function isHeld(owner, place) {
  const [, pid, where] = /^process (\d+) on (.*)$/.exec(owner) ?? [];
  if (where === place) return isAlive(Number(pid));
  const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.abs(age) < 60_000;
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
