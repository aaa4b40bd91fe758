import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { JobEvent, Runtime, RuntimeConfig } from "../../lib/runtime/index";
import { openRuntime } from "../../lib/runtime/open";
import type { Skipped } from "../runtime/processes";
import { jobOf, makeJobProject, runsOf } from "../runtime/project";
import { type Ray, startRay } from "../runtime/ray";
import { type Slurm, startSlurm } from "../runtime/slurm";
import { type Sshd, startSshd } from "../runtime/sshd";

/** What real servers do to jobs that made-up ones would not: breaks, preemption, losses. */
let project: ReturnType<typeof makeJobProject>;
beforeAll(() => {
  project = makeJobProject();
});
afterAll(() => project.remove());

const shared = { threads: 1, dtype: "float32", python: "python3", setup: false } as const;
const open = (config: RuntimeConfig, ssh?: string[]): Promise<Runtime> =>
  openRuntime(project.root, config, { code: project.code, pollMs: 300, ssh });
const submit = (runtime: Runtime, ...tasks: string[]) => {
  const job = jobOf(...tasks);
  return runtime.submit(job, runsOf(job));
};

/** Does a job with one task, and calls `disturb` once when it has made some progress. */
async function run(runtime: Runtime, task: string, disturb?: (id: string) => unknown): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  const ticket = await submit(runtime, task);
  let rest = disturb;
  for await (const event of runtime.follow(ticket)) {
    events.push(event);
    if (event.event !== "progress" || rest === undefined) continue;
    rest = undefined;
    await disturb?.(ticket.id);
  }
  expect(existsSync(join(project.root, `runs/ask/x/${task}.jsonl`))).toBe(true);
  return events;
}
const count = (events: JobEvent[], name: string) => events.filter(({ event }) => event === name).length;

/** The server, or the test is skipped with the reason. */
function need<T extends object>(server: T | Skipped, context: TestContext): T {
  if ("skipped" in server) context.skip(server.skipped);
  return server as T;
}

describe("a machine behind ssh", () => {
  let sshd: Sshd | Skipped;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(async () => {
    if (!("skipped" in sshd)) await sshd.stop();
  });
  const config = (host: string): RuntimeConfig => ({ kind: "ssh", ...shared, host, folder: `${project.root}/ssh` });

  it("does a job, also while connections break", async (context) => {
    const { host, options, disconnect } = need(sshd, context);
    const events = await run(await open(config(host), options), "slow", disconnect);
    expect([count(events, "attempt"), count(events, "retry")]).toEqual([1, 0]);
  });

  it("is named when it cannot be reached", async (context) => {
    const { options } = need(sshd, context);
    const runtime = await open(config("gpu2"), [...options, "-o", "HostName=127.0.0.1", "-o", "Port=1"]);
    await expect(runtime.describe()).rejects.toThrow(/gpu2 cannot be reached by ssh: .*Connection refused/);
  });
});

describe("Slurm", () => {
  let slurm: Slurm | Skipped;
  beforeAll(async () => {
    slurm = await startSlurm();
  });
  afterAll(async () => {
    if (!("skipped" in slurm)) await slurm.stop();
  });
  const config = (more: object = {}): RuntimeConfig => ({
    ...{ kind: "slurm", ...shared, folder: `${project.root}/slurm`, gpu: "none" },
    ...{ time: "0:10:00", sbatch: [], jobs: 4, ...more },
  });
  const queued = ({ run }: Slurm) => run("squeue", "-h", "-o", "%i").split("\n");

  it("waits for a job that is preempted, and starts no second one", async (context) => {
    const cluster = need(slurm, context);
    const events = await run(await open(config()), "slow-preempted", () =>
      cluster.run("scontrol", "requeue", queued(cluster)[0]!),
    );
    expect([count(events, "attempt"), count(events, "retry")]).toEqual([2, 0]);
    expect(events.find(({ event }) => event === "end")).toMatchObject({ kind: "terminated" });
  });

  it("waits for a controller that is away", async (context) => {
    const cluster = need(slurm, context);
    const events = await run(await open(config()), "slow-away", async () => {
      const startAgain = await cluster.endController();
      setTimeout(startAgain, 2000);
    });
    expect([count(events, "attempt"), count(events, "retry")]).toEqual([1, 0]);
  });

  it("takes jobs through a login node", async (context) => {
    const { environment } = need(slurm, context);
    const sshd = need(await startSshd({ environment }), context);
    try {
      const runtime = await open(config({ host: sshd.host }), sshd.options);
      expect((await runtime.describe()).notes.join()).toContain("partition main");
      expect(count(await run(runtime, "good-login"), "done")).toBe(1);
    } finally {
      await sshd.stop();
    }
  });

  it("says what it does not have", async (context) => {
    need(slurm, context);
    const runtime = await open(config({ gpu: "a100" }));
    await expect(submit(runtime, "good-gpu")).rejects.toThrow(/sbatch: Invalid generic resource/);
  });
});

describe("Ray", () => {
  let ray: Ray | Skipped;
  beforeAll(async () => {
    ray = await startRay({ environment: { RAY_JOB_START_TIMEOUT_SECONDS: "6" } });
  });
  afterAll(async () => {
    if (!("skipped" in ray)) await ray.stop();
  });
  afterEach(() => {
    delete process.env.RAY_AUTH_TOKEN;
    delete process.env.HF_TOKEN;
  });
  const start = (context: TestContext, token?: string) => {
    const cluster = need(ray, context);
    if (token !== "") process.env.RAY_AUTH_TOKEN = token ?? cluster.token;
    const place = { folder: `${project.root}/ray`, gpus: 0, jobs: 4 };
    return open({ kind: "ray", ...shared, ...place, url: cluster.url });
  };

  it("says what to do about a token that is missing or wrong", async (context) => {
    await expect((await start(context, "")).describe()).rejects.toThrow(/wants a token: set RAY_AUTH_TOKEN/);
    await expect((await start(context, "wrong")).describe()).rejects.toThrow(/refuses the token/);
  });

  it("keeps a job in the queue for longer than Ray allows, and shows no secret", async (context) => {
    process.env.HF_TOKEN = "hf_planted0123456789abcdef";
    const runtime = await start(context);
    const running = [await submit(runtime, "hang-1"), await submit(runtime, "hang-2")];
    const waiting = run(runtime, "good-waiting");
    await sleep(12_000);
    for (const { id } of running) await runtime.cancel(id);
    const events = await waiting;
    expect([count(events, "attempt"), count(events, "retry")]).toEqual([1, 0]);
    const shown = JSON.stringify(await need(ray, context).get("/api/jobs/"));
    expect(shown).toContain("SUCCEEDED");
    expect(shown).not.toContain("planted");
  });

  it("does a job elsewhere whose machine is lost", async (context) => {
    const cluster = need(ray, context);
    const events = await run(await start(context), "slow-lost", async (id) =>
      cluster.killWorker(await cluster.workerOf(`wov-${id}-1`)),
    );
    expect(events.filter(({ event }) => event === "retry")).toMatchObject([{ kind: "lost" }]);
    expect(count(events, "attempt")).toBe(2);
  });
});
