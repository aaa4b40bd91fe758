import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { parse, stringify } from "yaml";
import { listRuns } from "../../lib/store/index";
import type { Skipped } from "../runtime/processes";
import { startRay } from "../runtime/ray";
import { startSlurm } from "../runtime/slurm";
import { startSshd } from "../runtime/sshd";
import { outputsOf, readNotebook } from "./notebook";
import { makeProject, SMALL, start, wov } from "./project";

/** A whole study on clusters: killed in the middle, it goes on, and its tables are those of this machine. */
const profile = parse(SMALL);
profile.benchmark.items = 60;
profile.sizes = [32, 128]; // the larger one takes more than the ten steps after which a loss is reported

/** A project with the profile and, in it, a runtime. */
function makeStudy(runtime: object): string {
  const root = makeProject();
  writeFileSync(join(root, "small.yaml"), stringify({ ...profile, runtime: { ...profile.runtime, ...runtime } }));
  return root;
}
const tables = (root: string) =>
  ["table1", "table2", "controls", "sources"].map((name) => readFileSync(join(root, `report/${name}.md`), "utf8"));

let here: string;
beforeAll(async () => {
  here = makeStudy({});
  expect(await wov(here, "study", "--profile", "small.yaml")).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

/** Kills the study once it has finished some steps, runs it again, and compares its tables with those of this machine. */
async function expectTheSame(root: string, env: Record<string, string>, runtime: RegExp): Promise<void> {
  const first = start(root, ["study", "--profile", "small.yaml"], env);
  await new Promise<void>((resolve) => {
    let shown = "";
    first.child.stderr!.on("data", (data) => {
      shown += data;
      if (/^\[6\//m.test(shown)) resolve();
    });
    first.child.on("close", () => resolve());
  });
  process.kill(-first.child.pid!, "SIGKILL");
  expect((await first.ended).code).toBe(null);
  const again = await start(root, ["study", "--profile", "small.yaml"], env).ended;
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining("Report: ")]);
  expect(tables(root)).toEqual(tables(here));
  const jobs = JSON.parse(
    (await start(root, ["jobs", "--profile", "small.yaml", "--all", "--json"], env).ended).stdout,
  );
  expect(jobs.map((job: { state: string; attempts: number }) => [job.state, job.attempts])).toEqual(
    jobs.map(() => ["done", 1]),
  );
  const made = jobs.flatMap((job: { spec: { runs: object } }) => Object.values(job.spec.runs));
  expect(new Set(made).size).toBe(made.length); // nothing was computed twice
  const trained = listRuns(root).filter(({ spec }) => spec.step === "train");
  expect(trained.length).toBeGreaterThan(3);
  for (const { manifest } of trained)
    expect(manifest?.ran).toMatchObject({ runtime: expect.stringMatching(runtime), host: expect.any(String) });
}

const need = <T extends object>(server: T | Skipped, context: TestContext): T => {
  if ("skipped" in server) context.skip(server.skipped);
  return server as T;
};

describe("a study on Ray", () => {
  it("gives the same tables, and notebook 3 follows its trainings", async (context) => {
    const ray = need(await startRay(), context);
    const root = makeStudy({ kind: "ray", url: ray.url, folder: "elsewhere", gpus: 0 });
    const env = { RAY_AUTH_TOKEN: ray.token };
    try {
      await expectTheSame(root, env, /^ray http/);
      await expectNotebookToTrain(root, env);
    } finally {
      await ray.stop();
      rmSync(root, { recursive: true, force: true });
    }
  });
});

/** Removes the trainings, and has notebook 3 do them again. */
async function expectNotebookToTrain(root: string, env: Record<string, string>): Promise<void> {
  rmSync(join(root, "runs/train"), { recursive: true });
  rmSync(join(root, "elsewhere/jobs"), { recursive: true });
  mkdirSync(join(root, "notebooks"));
  writeFileSync(
    join(root, "notebooks/3-text-only-training.ipynb"),
    readFileSync(join(process.cwd(), "notebooks/3-text-only-training.ipynb")),
  );
  const args = ["notebooks", "3-text-only-training", "--to", join(root, "executed")];
  const { code, stderr } = await start(root, args, { ...env, WOV_PROFILE: "small.yaml" }).ended;
  expect(code, stderr).toBe(0);
  const shown = JSON.stringify(outputsOf(readNotebook(join(root, "executed/3-text-only-training.ipynb"))));
  expect(shown).toMatch(/ray http:.*steps are done\./s);
  expect(shown).toContain("Training loss of the trainings that ran just now");
  expect(shown).not.toContain(env.RAY_AUTH_TOKEN);
}

describe("a study on Slurm over ssh", () => {
  it("gives the same tables", async (context) => {
    const slurm = need(await startSlurm(), context);
    const sshd = need(await startSshd({ environment: slurm.environment }), context);
    const root = makeStudy({
      ...{ kind: "slurm", host: sshd.host, gpu: "none", time: "0:30:00" },
      python: join(process.cwd(), ".venv/bin/python"),
    });
    const yaml = join(root, "small.yaml");
    writeFileSync(yaml, readFileSync(yaml, "utf8").replace("gpu: none", `gpu: none\n  folder: ${root}/elsewhere`));
    try {
      await expectTheSame(root, withSsh(root, sshd.options), /^slurm gpu1/);
    } finally {
      await sshd.stop();
      await slurm.stop();
      rmSync(root, { recursive: true, force: true });
    }
  });
});

/** An environment whose `ssh` reads the server's configuration, as the user's own would be read. */
function withSsh(root: string, options: readonly string[]): Record<string, string> {
  const folder = join(root, "bin");
  mkdirSync(folder);
  const program = join(folder, "ssh");
  writeFileSync(program, `#!/bin/sh\nPATH="${process.env.PATH}" exec ssh ${options.join(" ")} "$@"\n`);
  chmodSync(program, 0o755);
  return { PATH: `${folder}${delimiter}${process.env.PATH}` };
}
