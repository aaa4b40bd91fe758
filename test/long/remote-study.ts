import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type TestContext } from "vitest";
import { parse, stringify } from "yaml";
import { listRuns } from "../../lib/store/index";
import type { Skipped } from "../runtime/processes";
import { makeProject, SMALL, start, wov } from "../whole/project";

/** A whole study on clusters: killed in the middle, it goes on, and its tables are those of this machine. */
const profile = parse(SMALL);
profile.benchmark.items = 60;
profile.sizes = [32, 128]; // the larger one takes more than the ten steps after which a loss is reported

/** A project with the profile and, in it, a runtime. */
export function makeStudy(runtime: object): string {
  const root = makeProject();
  writeFileSync(join(root, "small.yaml"), stringify({ ...profile, runtime: { ...profile.runtime, ...runtime } }));
  return root;
}
const tables = (root: string) =>
  ["table1", "table2", "controls", "sources"].map((name) =>
    readFileSync(join(root, `report/small/${name}.md`), "utf8"),
  );

/** The same study on this machine. */
export async function makeLocalStudy(): Promise<string> {
  const here = makeStudy({});
  expect(await wov(here, "study", "--profile", "small.yaml")).toMatchObject({ code: 0 });
  return here;
}

/** Kills the study once it has finished some steps, runs it again, and compares its tables with those of this machine. */
export async function expectTheSame(
  here: string,
  root: string,
  env: Record<string, string>,
  runtime: RegExp,
): Promise<void> {
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

/** The server, or the test is skipped with the reason. */
export const need = <T extends object>(server: T | Skipped, context: TestContext): T => {
  if ("skipped" in server) context.skip(server.skipped);
  return server as T;
};
