import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
let root: string;
const file = (path: string) => join(root, path);

/**
 * A Python 3.11 that notes what it is asked to do. It makes an environment by copying itself, and fails where its
 * arguments match $REFUSE.
 */
const PYTHON = `#!/bin/sh
if [ "$1" = -c ]; then echo "\${VERSION:-3.11.0}"; exit; fi
echo "$*" >> "$ASKED"
if [ -n "$REFUSE" ] && echo "$*" | grep -Eq "$REFUSE"; then echo "No space left on device" >&2; exit 1; fi
if [ "$2" = venv ]; then for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python"; fi
`;

const LOCK = `torch==2.13.0 \\
    --hash=sha256:aa
torchvision==0.28.0 \\
    --hash=sha256:bb
nvidia-cublas==13.1 ; sys_platform == 'linux' \\
    --hash=sha256:cc
cuda-toolkit==13.0 ; sys_platform == 'linux' \\
    --hash=sha256:dd
tqdm==4.70.1 \\
    --hash=sha256:ee
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wov-setup-"));
  root = join(folder, "project");
  for (const path of ["lib", "remote", "notebooks", "node_modules", "../bin"])
    mkdirSync(file(path), { recursive: true });
  copyFileSync("lib/setup.mjs", file("lib/setup.mjs"));
  for (const path of ["package-lock.json", "notebooks/requirements.txt"]) writeFileSync(file(path), path);
  for (const path of ["remote/cpu-requirements.txt", "remote/uv-requirements.txt"]) writeFileSync(file(path), path);
  writeFileSync(file("remote/requirements.txt"), LOCK);
  writeFileSync(file("node_modules/.setup"), createHash("sha256").update("package-lock.json").digest("hex"));
  for (const [name, text] of [
    ["python", PYTHON],
    ["nvidia-smi", `#!/bin/sh\n[ "$GPU" = yes ]\n`],
  ] as const) {
    writeFileSync(join(folder, "bin", name), text);
    chmodSync(join(folder, "bin", name), 0o755);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the set-up, and returns what it asked of Python. */
function setUp(variables: Record<string, string> = {}) {
  const asked = join(folder, "asked");
  rmSync(asked, { force: true });
  const PATH = `${join(folder, "bin")}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH, PYTHON: join(folder, "bin/python"), ASKED: asked, ...variables };
  const { status, stderr } = spawnSync(process.execPath, [file("lib/setup.mjs")], { encoding: "utf8", env });
  const lines = existsSync(asked) ? readFileSync(asked, "utf8").trim().split("\n") : [];
  return { status, stderr, asked: lines };
}

/** The part of a lock that says on which machine and in which container a process is. */
function boot(): string {
  if (process.platform !== "linux") return "";
  return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
}

const PIP = "-m pip --disable-pip-version-check install --no-deps --require-hashes --only-binary :all:";
const made = () => `-m venv --clear ${file(".venv")}`;

describe.skipIf(process.platform === "win32")("npm run setup", () => {
  it("makes the environment once, and again when a lock has changed", () => {
    expect(setUp()).toMatchObject({ status: 0, asked: expect.arrayContaining([made()]) });
    expect(setUp()).toMatchObject({ status: 0, asked: [] });
    writeFileSync(file("remote/requirements.txt"), LOCK.replace("4.70.1", "4.70.2"));
    expect(setUp().asked).toContain(made());
  });

  it("makes it again in a folder that was moved or copied, and leaves the other one alone", () => {
    setUp();
    cpSync(root, join(folder, "copy"), { recursive: true });
    expect(setUp().asked).toEqual([]);
    root = join(folder, "copy");
    expect(setUp().asked).toContain(made());
    renameSync(root, join(folder, "moved"));
    root = join(folder, "moved");
    expect(setUp().asked).toContain(made());
  });

  it("registers a kernel that belongs to the folder in which it lies", () => {
    setUp();
    renameSync(root, join(folder, "moved"));
    root = join(folder, "moved");
    const spec = file(".venv/share/jupyter/kernels/words-over-vision/kernel.json");
    const [node, program] = JSON.parse(readFileSync(spec, "utf8")).argv;
    expect([node, resolve(program.replace("{resource_dir}", dirname(spec)))]).toEqual([
      process.execPath,
      file("lib/kernel.mjs"),
    ]);
  });

  it("ends with 2 and says what to do, leaves no lock, and starts anew the next time", () => {
    const { status, stderr } = setUp({ REFUSE: "venv" });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/failed.*No space left.*The disk is full/s)]);
    expect([existsSync(file(".setup.lock")), existsSync(file(".venv/.setup"))]).toEqual([false, false]);
    expect(setUp().asked).toContain(made());
  });

  it("waits for no set-up that is gone, and does not disturb one that runs, here or elsewhere", () => {
    const lock = (owner: string, age: number) => {
      writeFileSync(file(".setup.lock"), owner);
      utimesSync(file(".setup.lock"), Date.now() / 1000 - age, Date.now() / 1000 - age);
      return setUp();
    };
    const { stdout } = spawnSync("sh", ["-c", "echo $$"], { encoding: "utf8" }); // a process that has ended
    expect(lock("process 1 on elsewhere, 1", 10)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/another set-up is running \(process 1 on elsewhere\).*delete .*\.setup\.lock/s),
    });
    expect(lock("process 1 on elsewhere, 1", 70).status).toBe(0);
    expect(lock("process 1 on elsewhere, 1", -3600).status).toBe(0);
    expect(lock("", 70).status).toBe(0);
    const here = [hostname(), boot()].filter(Boolean).join(", ");
    expect(lock(`process ${process.pid} on ${here}`, 70).status).toBe(2);
    expect(lock(`process ${stdout.trim()} on ${here}`, 0).status).toBe(0);
  });

  it("refuses a Python for which there are no packages, and says which one there is", () => {
    for (const VERSION of ["3.10.9", "3.15.0", "2.7.18"]) {
      const { status, stderr } = setUp({ VERSION });
      expect(status).toBe(2);
      expect(stderr).toContain(`python is Python ${VERSION}, but the kit's packages need Python 3.11, 3.12, 3.13 or`);
    }
  });
});

describe.skipIf(process.platform !== "linux")("the packages of npm run setup", () => {
  const whole = `${PIP} -r ROOT/remote/requirements.txt -r ROOT/notebooks/requirements.txt`;
  const asked = (variables: Record<string, string>) =>
    setUp(variables)
      .asked.slice(1)
      .map((line) => line.replaceAll(root, "ROOT"));

  it("are all those of the locks where there is a GPU", () => {
    expect(asked({ GPU: "yes" })).toEqual([whole]);
  });

  it("leave out what only CUDA needs where there is none, and torch for the CPU is stored on this machine", () => {
    expect(asked({})).toEqual([
      `${PIP} -r ROOT/remote/cpu-requirements.txt`,
      `${PIP} -r ROOT/.venv/requirements-without-cuda.txt -r ROOT/notebooks/requirements.txt`,
    ]);
    const installed = readFileSync(file(".venv/requirements-without-cuda.txt"), "utf8");
    expect(installed.match(/^[\w-]+(?===)/gm)).toEqual(["torch", "torchvision", "tqdm"]);
    expect(installed.match(/sha256:../g)).toEqual(["sha256:aa", "sha256:bb", "sha256:ee"]);
  });

  it("come with a torch that uv fetches where it is not stored", () => {
    expect(asked({ REFUSE: "cpu-requirements" })).toEqual([
      `${PIP} -r ROOT/remote/cpu-requirements.txt`,
      `${PIP} -r ROOT/remote/uv-requirements.txt`,
      "-m uv pip install --python ROOT/.venv/bin/python --no-deps --torch-backend=cpu torch==2.13.0 torchvision==0.28.0",
      `${PIP} -r ROOT/.venv/requirements-without-cuda.txt -r ROOT/notebooks/requirements.txt`,
    ]);
  });

  it("are those for CUDA where no torch for the CPU can be had", () => {
    expect(asked({ REFUSE: "cpu-requirements|-m uv" }).at(-1)).toBe(whole);
  });
});

describe("the locks of the Python packages", () => {
  const locks = ["remote/requirements", "notebooks/requirements", "test/requirements"];
  const others = ["remote/uv-requirements", "test/runtime/ray-requirements"];

  it.each([...locks, ...others])("%s.txt has an exact version and hashes of every package, and no address", (lock) => {
    const text = readFileSync(`${lock}.txt`, "utf8").replace(/^#.*\n/gm, "");
    for (const entry of text.split(/^(?=\S)/m))
      expect(entry).toMatch(/^[\w.-]+==[\w.+]+( ; [^\\\n]+)? \\\n( {4}--hash=sha256:[0-9a-f]{64}( \\)?\n)+$/);
    expect(text).not.toMatch(/:\/\/|--(extra-)?index|--find-links/);
  });

  it.each([...locks, ...others])("%s.txt has all packages of its .in file", (lock) => {
    const wanted = readFileSync(`${lock}.in`, "utf8")
      .match(/^\w.*$/gm)!
      .map((line) => line.replace(/\[.*\]/, ""));
    for (const line of wanted) expect(readFileSync(`${lock}.txt`, "utf8")).toContain(`\n${line} `);
  });

  it("have no package in common, since they are installed one on top of the other", () => {
    const names = locks.flatMap((lock) => [...new Set(readFileSync(`${lock}.txt`, "utf8").match(/^[\w.-]+(?===)/gm))]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
