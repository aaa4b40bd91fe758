import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runSteps, type StudyEvent } from "../../lib/study/schedule";
import { type Step, withNeeds } from "../../lib/study/step";
import { inlineStep, jobStep, makeRuntime } from "./steps";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wov-schedule-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs steps; what happened, in words, and the error's message if there was one. */
async function run(steps: Step[], runtime = makeRuntime(2, () => "done"), signal?: AbortSignal) {
  const events: string[] = [];
  const onEvent = ({ event, step }: StudyEvent) => void (event !== "progress" && events.push(`${event} ${step.name}`));
  const error = await runSteps({ root, runtime, steps: withNeeds(steps), onEvent, signal }).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return { events, error };
}
const isDone = (step: Step) => step.run.complete();

describe("runSteps", () => {
  it("does each step after those that it needs, and the second time nothing", async () => {
    const first = inlineStep(root, "first");
    const second = jobStep(root, "second", "m", [first]);
    const third = inlineStep(root, "third", [second]);
    const { events, error } = await run([third]);
    expect(error).toBeUndefined();
    expect(events.filter((event) => event.startsWith("done"))).toEqual(["done first", "done second", "done third"]);
    expect((await run([third])).events).toEqual([]);
  });

  it("lets a failed job stop nothing but the steps that need it, and says what is missing and why", async () => {
    let finish = () => {};
    const slow = inlineStep(root, "slow inline", [], { run: () => new Promise((resolve) => (finish = resolve)) });
    const bad = jobStep(root, "bad", "m");
    const child = inlineStep(root, "child of bad", [bad]);
    const good = jobStep(root, "good", "n");
    const runtime = makeRuntime(2, (task) => {
      if (task === "bad") throw new Error("the card is on fire");
      setTimeout(finish, 20); // long after the bad job has failed
      return "done";
    });
    const { events, error } = await run([slow, child, good], runtime);
    expect([slow, good, bad, child].map(isDone)).toEqual([true, true, false, false]);
    expect(events).toContain("failed bad");
    expect(error!.message).toMatch(
      /^1 step failed; the steps that do not need it are done\.\n {2}bad: the card is on fire\n1 more step needs it: child of bad$/,
    );
  });

  it("lets a failed inline step and a failed API step stop nothing else", async () => {
    const refuse = async () => {
      throw new Error("no");
    };
    const bad = [inlineStep(root, "a", [], { run: refuse }), inlineStep(root, "b", [], { uses: "api", run: refuse })];
    const good = [inlineStep(root, "c"), inlineStep(root, "d", [], { uses: "api" }), jobStep(root, "e", "m")];
    const { error } = await run([...bad, ...good]);
    expect(good.map(isDone)).toEqual([true, true, true]);
    expect(error!.message).toMatch(/^2 steps failed; .*[ab]: no.*[ab]: no/s);
  });

  it("puts back what a failed job had not come to, and does not try the failed task again", async () => {
    const steps = ["one", "two", "three"].map((name) => jobStep(root, name, "m"));
    const runtime = makeRuntime(1, (task) => {
      if (task === "two") throw new Error("out of memory");
      return "done";
    });
    const { error } = await run(steps, runtime);
    expect(runtime.jobs).toEqual([["one", "two", "three"], ["three"]]);
    expect(steps.map(isDone)).toEqual([true, false, true]);
    expect(error!.message).toContain("two: out of memory");
  });

  it("takes a job that ends without a word about a task for a failure", async () => {
    const steps = [jobStep(root, "heard", "m"), jobStep(root, "unheard", "m")];
    const { error } = await run(
      steps,
      makeRuntime(1, (task) => (task === "heard" ? "done" : "silent")),
    );
    expect(error!.message).toContain("unheard: the job ended before the step was done");
    expect(steps.map(isDone)).toEqual([true, false]);
  });

  it("fails all tasks of a job that fails before the first of them", async () => {
    const runtime = makeRuntime(1, () => "done");
    runtime.submit = () => {
      throw new Error("no such model");
    };
    const { error } = await run([jobStep(root, "one", "m"), jobStep(root, "two", "m")], runtime);
    expect(error!.message).toMatch(/^2 steps failed.*one: no such model.*two: no such model/s);
  });

  it("runs inline, API and job steps side by side, each kind in its own slots", async () => {
    let [cpu, api] = [0, 0];
    const most = { cpu: 0, api: 0 };
    const steps = Array.from({ length: 6 }, (_, i) => [
      inlineStep(root, `cpu ${i}`, [], {
        run: async () => {
          most.cpu = Math.max(most.cpu, ++cpu);
          await sleep(5);
          cpu--;
        },
      }),
      inlineStep(root, `api ${i}`, [], {
        uses: "api",
        run: async () => {
          most.api = Math.max(most.api, ++api);
          await sleep(20);
          api--;
        },
      }),
      jobStep(root, `job ${i}`, `model ${i}`),
    ]).flat();
    const runtime = makeRuntime(3, () => sleep(20).then(() => "done" as const));
    expect((await run(steps, runtime)).error).toBeUndefined();
    expect([most.cpu, most.api, runtime.mostAtOnce]).toEqual([1, 6, 3]);
  });

  it("gives a job at most six tasks of one model, a step behind its parent", async () => {
    const trained = Array.from({ length: 4 }, (_, i) => jobStep(root, `train ${i}`, "m"));
    const asked = trained.map((train, i) => jobStep(root, `ask ${i}`, "m", [train]));
    const runtime = makeRuntime(1, () => "done");
    await run([...asked, jobStep(root, "other", "n")], runtime);
    expect(runtime.jobs).toEqual([
      ["train 0", "ask 0", "train 1", "ask 1", "train 2", "ask 2"],
      ["train 3", "ask 3"],
      ["other"],
    ]);
  });

  it("starts what a step was needed for before the step's job ends", async () => {
    const first = jobStep(root, "first", "m");
    const inline = inlineStep(root, "inline", [first]);
    const runtime = makeRuntime(1, async (task) => {
      if (task === "second") while (!isDone(inline)) await sleep(5);
      return "done" as const;
    });
    expect((await run([inline, jobStep(root, "second", "m")], runtime)).error).toBeUndefined();
  });

  it("does a run once that two steps leave", async () => {
    const twins = [jobStep(root, "twin", "m"), jobStep(root, "twin", "m")];
    const after = twins.map((twin, i) => inlineStep(root, `after ${i}`, [twin]));
    const runtime = makeRuntime(2, () => "done");
    expect((await run(after, runtime)).error).toBeUndefined();
    expect([runtime.jobs, after.map(isDone)]).toEqual([[["twin"]], [true, true]]);
  });

  it("gives a step that needs more another task", async () => {
    let rounds = 0;
    const step = jobStep(root, "rounds", "m", [], () => ++rounds < 3);
    const runtime = makeRuntime(1, () => "done");
    await run([step], runtime);
    expect([runtime.jobs.length, isDone(step)]).toEqual([3, true]);
  });

  it("stops when it is told to: what is in flight ends, nothing starts, the next call goes on", async () => {
    const stop = new AbortController();
    let begun = 0;
    const waits = ({ signal }: { signal: AbortSignal }) =>
      new Promise<void>((_, reject) => {
        if (++begun === 2) setTimeout(() => stop.abort(), 10);
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    const api = [0, 1].map((i) => inlineStep(root, `api ${i}`, [], { uses: "api", run: waits }));
    const after = inlineStep(root, "after", api);
    const { error, events } = await run([after], undefined, stop.signal);
    expect([error!.name, events.filter((event) => /failed|after/.test(event))]).toEqual(["AbortError", []]);
    const again = [0, 1].map((i) => inlineStep(root, `api ${i}`, [], { uses: "api" }));
    expect((await run([inlineStep(root, "after", again)])).error).toBeUndefined();
  });

  it("refuses a damaged run by its name, and the steps that need it; the others are done", async () => {
    const [base, other] = [inlineStep(root, "base"), inlineStep(root, "other")];
    await run([base]);
    writeFileSync(join(root, base.run.path("manifest.json")), "{}");
    const damaged = inlineStep(root, "base");
    const child = inlineStep(root, "child", [damaged]);
    const { error } = await run([child, other]);
    expect(error!.message).toMatch(/base: .*made\/base-.*\n1 more step needs it: child$/s);
    expect([isDone(other), isDone(child)]).toEqual([true, false]);
  });

  it("leaves a run alone that another process is writing", async () => {
    const busy = () => inlineStep(root, "busy", [], { uses: "api" });
    const release = busy().run.lock();
    const { error } = await run([busy()]);
    release();
    expect(error!.message).toMatch(/busy: .*in use by process/s);
  });

  it("waits for a process that does the same work on its CPU, and does not do it twice", async () => {
    const { run: shared } = inlineStep(root, "shared");
    const release = shared.lock();
    let done = 0;
    const counted = async () => void done++;
    const both = [0, 1].map(() => run([inlineStep(root, "shared", [], { run: counted })]));
    setTimeout(release, 250);
    expect((await Promise.all(both)).map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(done).toBe(1);
  });
});
