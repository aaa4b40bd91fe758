import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { completeRun, lockStudy, openRun, type RunSpec } from "../../lib/store/index";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-lock-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const study = () => lockStudy(root, "pocket");
const lockFile = () => join(root, "runs/.study-pocket.lock");
const spec: RunSpec = { step: "ask", name: "tiny", spec: {}, parents: [] };

/** Arguments of a process that does something with the store. */
const program = (body: string) => [
  "--require",
  "tsx/cjs",
  "-e",
  `const { lockStudy, openRun, completeRun } = require(${JSON.stringify(resolve("lib/store/index.ts"))});
   const root = ${JSON.stringify(root)};
   ${body}`,
];
const LOCK = "lockStudy(root, 'pocket'); console.log('locked');";

/** Leaves the lock of a process that was killed, changed as if someone else had written it. */
async function leaveDeadLock(change: Record<string, unknown> = {}): Promise<void> {
  const child = spawn(process.execPath, program(`${LOCK} setInterval(() => {}, 1000)`));
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  writeFileSync(lockFile(), JSON.stringify({ ...JSON.parse(readFileSync(lockFile(), "utf8")), ...change }));
}

const makeOld = (seconds: number) => utimesSync(lockFile(), Date.now() / 1000 - seconds, Date.now() / 1000 - seconds);

describe("the lock of a study", () => {
  it("is held by one process at a time, and free again after release", () => {
    const release = study();
    expect(study).toThrow(
      new RegExp(`the study 'pocket' is in use by process ${process.pid} on ${hostname()} since .*Wait until it ends`),
    );
    release();
    study()();
    expect(readdirSync(join(root, "runs"))).toEqual([]);
  });

  it("does not concern another study, nor a run", () => {
    const releases = [study(), lockStudy(root, "paper"), openRun(root, spec).lock()];
    for (const release of releases) release();
  });

  it("is refused to another process, and taken over when its owner was killed", async () => {
    const child = spawn(process.execPath, program(`${LOCK} setInterval(() => {}, 1000)`));
    await once(child.stdout, "data");
    expect(study).toThrow(new RegExp(`process ${child.pid} .*delete runs/\\.study-pocket\\.lock`));
    child.kill("SIGKILL");
    await once(child, "exit");
    study()();
  });

  it("is released by a process that ends without doing so", () => {
    expect(execFileSync(process.execPath, program(LOCK), { encoding: "utf8" })).toBe("locked\n");
    expect(existsSync(lockFile())).toBe(false);
  });

  it.skipIf(process.platform !== "linux")("is taken over from a zombie", async () => {
    // The shell becomes `sleep`, which never asks for the shell's child.
    const child = spawn("sh", ["-c", "true & exec sleep 60"]);
    const zombie = await until(() => childrenOf(child.pid!).find((pid) => / \(.*\) Z /.test(statOf(pid))));
    await leaveDeadLock({ pid: zombie, birth: statOf(zombie).split(") ").at(-1)!.split(" ")[19] });
    study()();
    child.kill();
  });

  it("is taken over where a later process has its owner's pid", async () => {
    await leaveDeadLock({ pid: process.pid });
    study()();
  });

  it.each([
    ["another host", { host: "elsewhere" }],
    ["another container, which numbers its processes itself", { namespace: "pid:[1]" }],
  ])("of %s is taken over only when it has not been renewed for a minute", async (_, other) => {
    await leaveDeadLock(other);
    expect(study).toThrow(/is in use by process/);
    makeOld(50);
    expect(study).toThrow(/is in use by process/);
    makeOld(-3600); // a clock that is wrong must not lock anybody out
    study()();
    await leaveDeadLock(other);
    makeOld(70);
    study()();
  });

  it.skipIf(process.platform !== "linux")(
    "of a machine that has the same name as this one is not judged by its pid",
    async () => {
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      await leaveDeadLock({});
      const { namespace } = JSON.parse(readFileSync(lockFile(), "utf8"));
      await leaveDeadLock({ namespace: namespace.replace(boot, "another boot") });
      expect(study).toThrow(/is in use by process/);
    },
  );

  it.each([-3600, 3600])("of a running process whose clock is wrong by %i s is respected", async (wrong) => {
    await leaveDeadLock({ host: "elsewhere" });
    makeOld(wrong);
    const renewing = `setInterval(() => fs.utimesSync(${JSON.stringify(lockFile())}, ...[0, 0].map(() => Date.now() / 1000 - ${wrong})), 500)`;
    const owner = spawn(process.execPath, ["-e", `${renewing}; console.log("ready")`]);
    await once(owner.stdout, "data");
    expect(study).toThrow(/is in use by process/);
    owner.kill("SIGKILL");
  });

  it("that is a folder, or lies where a file is, is refused with what to do", () => {
    mkdirSync(lockFile(), { recursive: true });
    makeOld(70);
    expect(study).toThrow(/\.study-pocket\.lock: expected a lock file, found something else\. Move it away/);
    rmSync(join(root, "runs"), { recursive: true });
    writeFileSync(join(root, "runs"), "");
    expect(study).toThrow("runs: a file is where a folder is expected. Move it away");
  });

  it.skipIf(process.platform === "win32")("leaves nothing behind when the disk is full", () => {
    // A limit of 0 bytes per file has the same effect: the file is created, and its content is refused.
    const limited = ["-c", 'ulimit -f 0; exec "$@"', "sh", process.execPath, ...program(LOCK)];
    const { status, stderr } = spawnSync("sh", limited, { encoding: "utf8" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("the disk is full")]);
    expect(readdirSync(join(root, "runs"))).toEqual([]);
  });

  it("without an owner is taken over when it is old: its process was killed while it wrote the lock", async () => {
    study()();
    writeFileSync(lockFile(), "");
    expect(study).toThrow(/a process that has just started/);
    makeOld(70);
    study()();
  });

  it("goes to exactly one of the processes that find the same dead owner", async () => {
    const [rounds, takers] = [150, 4];
    await leaveDeadLock();
    for (let i = 0; i < rounds; i++) copyFileSync(lockFile(), join(root, `runs/.study-${i}.lock`));
    const race = `
      const start = Number(process.argv.at(-1));
      for (let i = 0; i < ${rounds}; i++) {
        while (Date.now() < start + 10 * i);
        try { lockStudy(root, String(i)); console.log(i); } catch (error) { if (!/in use/.test(error.message)) throw error; }
      }
      console.log("end");
      setInterval(() => {}, 1000); // keeps its locks until all have tried`;
    const start = String(Date.now() + 2500);
    const children = Array.from({ length: takers }, () => spawn(process.execPath, [...program(race), start]));
    const outputs = await Promise.all(children.map(({ stdout }) => readUntil(stdout, "end\n")));
    for (const child of children) child.kill("SIGKILL");
    const winners = outputs.flatMap((text) => text.split("\n").filter(Boolean).map(Number));
    expect(winners.sort((a, b) => a - b)).toEqual(Array.from({ length: rounds }, (_, i) => i));
  }, 60_000);
});

describe("the lock of a run", () => {
  it("is one for all of its names, and names the run", () => {
    const release = openRun(root, spec).lock();
    expect(() => openRun(root, { ...spec, name: "other" }).lock()).toThrow(/the run ask\/other-\w{12} is in use/);
    release();
    openRun(root, { ...spec, name: "other" }).lock()();
  });

  it("lets other runs be completed while a study runs, and this one only once", async () => {
    const release = study();
    let done!: () => void;
    const finished = new Promise<void>((resolve) => {
      done = resolve;
    });
    const first = completeRun(root, openRun(root, spec), async () => {
      await finished;
      return { counts: { first: 1 } };
    });
    const again = () => completeRun(root, openRun(root, spec), async () => ({ counts: { second: 1 } }));
    await expect(again()).rejects.toThrow(/the run ask\/tiny-\w{12} is in use/);
    const other = await completeRun(root, openRun(root, { ...spec, spec: 2 }), async () => ({ counts: {} }));
    expect(other.complete()).toBe(true);
    done();
    expect((await first).manifest()?.counts).toEqual({ first: 1 });
    expect((await again()).manifest()?.counts).toEqual({ first: 1 });
    release();
  });

  it("is not counted among the runs and their files", () => {
    const run = openRun(root, spec);
    run.begin();
    const release = run.lock();
    expect(readdirSync(join(root, run.folder))).toEqual(["spec.json"]);
    release();
  });
});

const statOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8");

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

async function readUntil(stream: NodeJS.ReadableStream, end: string): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += chunk;
    if (text.endsWith(end)) return text.slice(0, -end.length);
  }
  return text;
}

async function until<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((passed) => setTimeout(passed, 20));
  }
}
