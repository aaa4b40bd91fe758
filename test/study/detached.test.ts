import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRuntime, type Runtime } from "../../lib/runtime/index";
import { openRun, runState } from "../../lib/store/index";
import { runSteps, type StudyEvent } from "../../lib/study/schedule";
import type { JobWork, Step } from "../../lib/study/step";
import { makeJobProject } from "../runtime/project";

/** The study on a runtime whose jobs outlive the command, with made-up jobs: see test/runtime/job.py. */
let project: ReturnType<typeof makeJobProject>;
let runtime: Runtime;
const inRoot = (path: string) => join(project.root, path);

beforeEach(async () => {
  project = makeJobProject();
  const options = { code: project.code, pollMs: 100 };
  const opened = await openRuntime(
    project.root,
    { kind: "local", detach: true, threads: 1, dtype: "float32" },
    options,
  );
  runtime = { ...opened, slots: async () => 1 }; // so that all steps are of one job
});
afterEach(() => project.remove());

/** A step whose task does what its name says. */
function stepOf(name: string, work: Partial<JobWork> = {}, task = name): Step {
  const run = openRun(project.root, { step: "ask", name, spec: { name }, parents: [] });
  return {
    name: task,
    group: "pilot",
    run,
    needs: [],
    uses: "gpu",
    work: {
      kind: "job",
      model: { path: "m", dtype: "float32" },
      prepare: () => run.reopen(),
      task: () => ({
        kind: "predict",
        name: task,
        requests: "runs/ask/x/requests.jsonl",
        records: run.path("records.jsonl"),
        adapter: null,
        batch: 1,
      }),
      outcome: () => ({ counts: { replies: run.records().length } }),
      ...work,
    },
  };
}

/** @returns the error's message, if the study failed */
async function study(steps: Step[], onEvent?: (event: StudyEvent) => void, signal?: AbortSignal): Promise<string> {
  try {
    await runSteps({ root: project.root, runtime, steps, onEvent, signal });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** The tasks that jobs have begun, by job. */
function begun(): string[][] {
  const jobs = inRoot("runs/jobs/workspace/jobs");
  const files = readdirSync(jobs).map((id) => join(jobs, id, "work/starts.txt"));
  return files.filter(existsSync).map((file) => readFileSync(file, "utf8").trim().split("\n"));
}
const states = (steps: Step[]) => steps.map(({ run }) => runState(project.root, run.spec));

describe("a command that is stopped", () => {
  /** Runs steps until one of them is in a state, then stops as Ctrl-C does. */
  async function stopAt(steps: Step[], isTime: (event: StudyEvent) => boolean): Promise<void> {
    const stop = new AbortController();
    await study(steps, (event) => isTime(event) && stop.abort(), stop.signal);
  }

  it("leaves its job, which the next one follows to the end, whatever its steps are called then", async () => {
    const steps = () => [stepOf("good"), stepOf("slow")];
    await stopAt(steps(), ({ event, step }) => event === "progress" && step.name === "slow");
    const renamed = [stepOf("good", {}, "good by another name"), stepOf("slow", {}, "slow by another name")];
    expect(await study(renamed)).toBe("");
    expect([begun(), states(steps())]).toEqual([[["good", "slow"]], ["done", "done"]]);
  });

  it("leaves a job whose requests have grown meanwhile: what it has is taken, and the rest is asked", async () => {
    const more = inRoot("runs/ask/x/more.jsonl");
    const make = () => {
      const step = stepOf("good-growing");
      const { run } = step;
      const count = () => (run.state() === "new" ? 0 : run.records().length);
      const work = step.work as JobWork;
      work.prepare = () => {
        run.reopen();
        writeFileSync(more, "{}\n".repeat(count() + 1));
      };
      work.task = () =>
        ({ ...(stepOf("good-growing").work as JobWork).task(), requests: "runs/ask/x/more.jsonl" }) as never;
      work.needsMore = () => count() < 2;
      return [step, stepOf("slow")];
    };
    await stopAt(make(), ({ event, step }) => event === "progress" && step.name === "slow");
    expect(await study(make())).toBe("");
    expect(begun().flat().sort()).toEqual(["good-growing", "good-growing", "slow"]);
    expect(states(make())).toEqual(["done", "done"]);
  });
});

describe("a job with several steps", () => {
  it("goes on when one of them fails after its task, and none is begun twice", async () => {
    const work = {
      needsMore: () => {
        throw new Error("given up");
      },
    };
    const steps = [stepOf("good", work), stepOf("slow")];
    expect(await study(steps)).toMatch(/^1 step failed.*good: given up/s);
    expect([begun(), states(steps)[1]]).toEqual([[["good", "slow"]], "done"]);
  });

  it("that failed is not begun again with what is done, and changes no finished run", async () => {
    const steps = [stepOf("good"), stepOf("second"), stepOf("good-after")];
    expect(await study(steps)).toMatch(/second: the job with m failed.*not the first time/s);
    const finished = readFileSync(inRoot(steps[0]!.run.path("records.jsonl")), "utf8");
    expect(states(steps)).toEqual(["done", "begun", "done"]);
    await study([stepOf("second")]);
    expect(
      begun()
        .flat()
        .filter((task) => task.startsWith("good"))
        .sort(),
    ).toEqual(["good", "good-after"]);
    expect(readFileSync(inRoot(steps[0]!.run.path("records.jsonl")), "utf8")).toBe(finished);
    for (const step of [steps[0]!, steps[2]!]) step.run.verify();
  });

  it("is not replaced by another one when it is cancelled", async () => {
    const steps = [stepOf("hang"), stepOf("good")];
    const cancel = async ({ event, state }: StudyEvent & { state?: string }) => {
      if (event !== "job" || state !== "running") return;
      for (const { id } of await runtime.list()) await runtime.cancel(id);
    };
    expect(await study(steps, cancel)).toMatch(/^2 steps failed.*ended \(cancelled\)/s);
    expect(begun()).toEqual([["hang"]]);
  });
});
