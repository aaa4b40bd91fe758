import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLocalRuntime, type JobEvent } from "../../lib/runtime/index";
import { jobsAtOnce } from "../../lib/runtime/job-share";
import { jobOf } from "./project";

/** A project whose Python says which GPUs it may use, and a machine whose `nvidia-smi` lists four. */
const root = mkdtempSync(join(tmpdir(), "wov-gpus-"));
const path = process.env.PATH;
const program = (file: string, text: string) => {
  mkdirSync(join(root, file, ".."), { recursive: true });
  writeFileSync(join(root, file), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
};

beforeAll(() => {
  program("bin/nvidia-smi", 'printf "A100\\nA100\\nA100\\nA100\\n"');
  program(
    ".venv/bin/python",
    'echo "{\\"event\\": \\"environment\\", \\"gpus\\": \\"$CUDA_VISIBLE_DEVICES\\"}"; sleep 0.2',
  );
  process.env.PATH = `${join(root, "bin")}${delimiter}${path}`;
});
afterAll(() => {
  process.env.PATH = path;
  delete process.env.CUDA_VISIBLE_DEVICES;
  rmSync(root, { recursive: true });
});

describe("a machine with GPUs", () => {
  /** What jobs that run at the same time, and one after them, see. */
  async function seen(gpus: number): Promise<{ slots: number; together: string[]; after: string }> {
    const runtime = createLocalRuntime(root, { threads: 1, gpus });
    const slots = await runtime.slots();
    const run = async (name: string) => {
      const events: JobEvent[] = [];
      for await (const event of runtime.follow(await runtime.submit(jobOf(name), {}))) events.push(event);
      return String((events[0] as Record<string, unknown>).gpus);
    };
    const together = await Promise.all(Array.from({ length: slots }, (_, i) => run(`job-${i}`)));
    return { slots, together: together.sort(), after: await run("after") };
  }

  it("runs one job per GPU, each on its own", async () => {
    const { slots, together, after } = await seen(1);
    expect(slots).toBe(4);
    expect(together).toEqual(["0", "1", "2", "3"]);
    expect(together).toContain(after);
  });

  it("gives several to a job that trains with several", async () => {
    const { slots, together } = await seen(2);
    expect(slots).toBe(2);
    expect(together.flatMap((gpus) => gpus.split(",")).sort()).toEqual(["0", "1", "2", "3"]);
    expect(together.every((gpus) => gpus.split(",").length === 2)).toBe(true);
  });

  it("uses only those that CUDA_VISIBLE_DEVICES names", async () => {
    process.env.CUDA_VISIBLE_DEVICES = "2,3";
    expect(await seen(1)).toMatchObject({ slots: 2, together: ["2", "3"] });
  });
});

it("a machine without GPUs runs as many jobs as its cores allow", () => {
  expect(jobsAtOnce({ gpus: 0, cores: 16 }, { threads: 8, gpus: 2 })).toBe(2);
  expect(jobsAtOnce({ gpus: 0, cores: 2 }, { threads: 8, gpus: 1 })).toBe(1);
});
