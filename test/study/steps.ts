import type { Job, JobEvent, Runtime } from "../../lib/runtime/index";
import { openRun, toRunName } from "../../lib/store/index";
import type { Step, WorkContext } from "../../lib/study/step";

/** An inline step that leaves an empty run. */
export function inlineStep(
  root: string,
  name: string,
  needs: Step[] = [],
  { uses = "cpu" as Step["uses"], run = async (_: WorkContext) => {} } = {},
): Step {
  return {
    name,
    group: "pilot",
    run: openRun(root, {
      step: "made",
      name: toRunName(name),
      spec: { name },
      parents: needs.map((need) => need.run.id),
    }),
    needs,
    uses,
    work: {
      kind: "inline",
      run: async (context) => {
        await run(context);
        return { counts: { done: 1 } };
      },
    },
  };
}

/** A job step with a model; its task has the step's name. */
export function jobStep(
  root: string,
  name: string,
  model: string,
  needs: Step[] = [],
  needsMore?: () => boolean,
): Step {
  const run = openRun(root, {
    step: "made",
    name: toRunName(name),
    spec: { name, model },
    parents: needs.map((need) => need.run.id),
  });
  return {
    name,
    group: "training",
    run,
    needs,
    uses: "gpu",
    work: {
      kind: "job",
      model: { path: model, dtype: "float32" },
      prepare: () => run.begin(),
      task: () => ({ kind: "predict", name, requests: "", records: "", adapter: null, batch: 1 }),
      needsMore,
      outcome: () => ({ counts: { done: 1 } }),
    },
  };
}

/** What a made-up job does with a task: report it as done, say nothing about it, or throw. */
export type TaskScript = (task: string) => "done" | "silent" | Promise<"done" | "silent">;

/** A runtime of made-up jobs, and the jobs that it was given, in order. */
export function makeRuntime(slots: number, script: TaskScript): Runtime & { jobs: string[][]; mostAtOnce: number } {
  let running = 0;
  const runtime: Runtime & { jobs: string[][]; mostAtOnce: number } = {
    kind: "made-up",
    label: "made-up",
    detached: false,
    slots: async () => slots,
    threads: 1,
    jobs: [],
    mostAtOnce: 0,
    async submit(job, runs) {
      runtime.jobs.push(job.tasks.map(({ name }) => name));
      return { id: `${runtime.jobs.length}`, spec: { job, runs, outputs: [] } };
    },
    follow: ({ spec }, signal) => events(spec.job, signal),
    cancel: async () => {},
    collect: async () => {},
    list: async () => [],
    log: async (_, offset) => ({ text: "", offset }),
    describe: async () => ({ gpus: [], notes: [] }),
  };
  async function* events(job: Job, signal?: AbortSignal): AsyncGenerator<JobEvent> {
    runtime.mostAtOnce = Math.max(runtime.mostAtOnce, ++running);
    try {
      for (const { name } of job.tasks) {
        signal?.throwIfAborted();
        yield { event: "task", task: name };
        if ((await script(name)) === "done") yield { event: "done", task: name, seconds: 1 };
      }
    } finally {
      running--;
    }
  }
  return runtime;
}
