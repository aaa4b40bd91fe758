import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMachineEngine } from "../../lib/runtime/machine";
import { createRemoteRuntime } from "../../lib/runtime/remote-runtime";
import { localShell } from "../../lib/runtime/shell";
import { openWorkspace } from "../../lib/runtime/workspace";
import { describeContract } from "./contract";
import { jobOf, makeJobProject, runsOf } from "./project";

describeContract("this machine, detached", {
  atOnce: 2,
  start: async () => ({
    config: { kind: "local", detach: true, threads: 1, dtype: "float32" },
    stop: async () => {},
  }),
});

describe("a workspace on a full disk", () => {
  const project = makeJobProject();
  const disk = join(project.root, "disk");
  let mounted = false;
  beforeAll(() => {
    mkdirSync(disk);
    mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0;
  });
  afterAll(() => {
    if (mounted) spawnSync("umount", ["--lazy", disk]);
    project.remove();
  });
  const open = async () => {
    const [shell, folder] = [localShell(), join(disk, "workspace")];
    const workspace = openWorkspace({ root: project.root, shell, folder, python: "python3", code: project.code });
    const engine = createMachineEngine(workspace, { threads: 1, gpus: 1 }, "full");
    return createRemoteRuntime({ root: project.root, kind: "local", workspace, engine, threads: 1, pollMs: 100 });
  };

  it("refuses a job that does not fit, and takes it once there is room", async (context) => {
    if (!mounted) return context.skip("a small disk cannot be mounted here");
    const runtime = await open();
    const job = jobOf("good");
    await runtime.list(); // its code is there
    writeFileSync(join(disk, "filler"), Buffer.alloc(0));
    const free = statfsSync(disk);
    writeFileSync(join(disk, "filler"), Buffer.alloc(free.bavail * free.bsize));
    await expect(runtime.submit(job, runsOf(job))).rejects.toThrow(/ENOSPC|No space left/);
    rmSync(join(disk, "filler"));
    const events = [];
    for await (const event of runtime.follow(await runtime.submit(job, runsOf(job)))) events.push(event.event);
    expect(events).toContain("done");
  });

  it("ends a job that fills it, says so, and keeps what was done", async (context) => {
    if (!mounted) return context.skip("a small disk cannot be mounted here");
    const runtime = await open();
    const job = jobOf("good-kept", "fill");
    const follow = async () => {
      for await (const _ of runtime.follow(await runtime.submit(job, runsOf(job))));
    };
    await expect(follow()).rejects.toThrow(/\(disk\).*Free some space there/s);
    expect(existsSync(join(project.root, "runs/ask/x/good-kept.jsonl"))).toBe(true);
  });
});
