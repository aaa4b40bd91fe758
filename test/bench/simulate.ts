import { createRandom } from "../../lib/random";
import { type Job, JobError, type JobEvent, type Runtime } from "../../lib/runtime/index";
import { MAX_RETRIES } from "../../lib/runtime/runtime";
import { type Manifest, openRun, type Run, toRunName } from "../../lib/store/index";
import { runSteps } from "../../lib/study/schedule";
import type { Step } from "../../lib/study/step";
import { type Clock, createClock } from "./clock";

/** A step of a simulated study. */
export interface SimulatedStep {
  name: string;
  /** The base model of its job; none for a step at an endpoint. */
  model?: string;
  kind: "train" | "predict" | "ask";
  seconds: number;
  /** Names of earlier steps. */
  needs: string[];
}

/** What a simulated study runs on. Times are in seconds. */
export interface Conditions {
  /** Jobs at a time. */
  workers: number;
  /** What a job takes to load Python and its model. */
  startUp: number;
  /** Share of the attempts at a task of which the machine is lost. */
  lossRate: number;
  /** Until a loss is noticed. */
  noticed: number;
  seed: number;
}

/** What came of a simulation. Times are in seconds. */
export interface Simulation {
  steps: number;
  jobs: number;
  losses: number;
  /** How often the study was started: a job that is lost too often fails. */
  commands: number;
  makespan: number;
  /**
   * No schedule is shorter: the larger of `chain`, and of any moment with the work that cannot begin before it, divided
   * by the number of workers. Work is what was done, with what was lost and done again, each new start after a loss,
   * and one start per worker.
   */
  bound: number;
  /** The longest chain of steps that need each other, with one start. */
  chain: number;
  /** makespan / bound */
  ratio: number;
  /** Share of the workers' time until the makespan. */
  shares: { tasks: number; starts: number; losses: number; idle: number };
}

/**
 * Runs a made-up study by the study's own `runSteps`, in a time that passes at once. Which attempts are lost does not
 * depend on the order of the steps. A lost training begins again from zero, as `remote/train.py` does; a lost
 * prediction goes on behind its last reply.
 *
 * @param root an empty folder; nothing is written
 */
export async function simulate(
  root: string,
  given: readonly SimulatedStep[],
  conditions: Conditions,
): Promise<Simulation> {
  const clock = createClock();
  const work = new Map(given.map((step) => [step.name, { ...step, left: step.seconds, attempts: 0, spent: 0 }]));
  const runtime = simulatedRuntime(clock, work, conditions);
  const steps = stepsOf(root, clock, given);
  let commands = 0;
  for (let failed = true; failed; ) {
    if (++commands > MAX_COMMANDS) throw new Error(`the simulated study is not done after ${MAX_COMMANDS} commands`);
    failed = await clock.run(
      runSteps({ root, runtime, steps: leftOf(steps) }).then(
        () => false,
        (error) => {
          if (!(error.cause instanceof JobError)) throw error;
          return true;
        },
      ),
    );
  }
  return { commands, ...measure(given, work, runtime, clock.now(), conditions) };
}

const MAX_COMMANDS = 20;

/** The steps that are not done. Since `runSteps` looks for done steps on the disk, no step may need one. */
function leftOf(steps: readonly Step[]): Step[] {
  const isLeft = ({ run }: Step) => !run.complete();
  return steps.filter(isLeft).map((step) => ({ ...step, needs: step.needs.filter(isLeft) }));
}

/** What is left of a task, and what it has occupied a worker for, with losses and new starts. */
interface Work extends SimulatedStep {
  left: number;
  attempts: number;
  spent: number;
}

type SimulatedRuntime = Runtime & { jobs: number; losses: number };

/** A runtime whose jobs only wait. Like a remote one, it begins a lost job again, at most MAX_RETRIES times. */
function simulatedRuntime(clock: Clock, work: ReadonlyMap<string, Work>, conditions: Conditions): SimulatedRuntime {
  const { workers, startUp, noticed } = conditions;
  const runtime: SimulatedRuntime = {
    kind: "simulated",
    label: "simulated",
    detached: false,
    slots: async () => workers,
    threads: 1,
    jobs: 0,
    losses: 0,
    submit: async (job, runs) => ({ id: `${++runtime.jobs}`, spec: { job, runs, outputs: [] } }),
    follow: ({ spec }) => follow(spec.job),
    cancel: async () => {},
    collect: async () => {},
    list: async () => [],
    log: async (_, offset) => ({ text: "", offset }),
    describe: async () => ({ gpus: [], notes: [] }),
  };
  async function* follow(job: Job): AsyncGenerator<JobEvent> {
    let retries = 0;
    await clock.sleep(startUp);
    for (const { name } of job.tasks) {
      const task = work.get(name)!;
      yield { event: "task", task: name };
      while (!(await attempt(clock, task, conditions))) {
        runtime.losses++;
        await clock.sleep(noticed);
        task.spent += noticed;
        if (retries >= MAX_RETRIES) throw new JobError("lost", "its machine went away", job.model);
        yield { event: "retry", kind: "lost", message: "its machine went away", retry: ++retries };
        await clock.sleep(startUp);
        task.spent += startUp;
      }
      retries = 0;
      yield { event: "done", task: name, seconds: task.seconds };
    }
  }
  return runtime;
}

/** Works on a task until it is done, or lost at some moment. @returns whether it is done */
async function attempt(clock: Clock, task: Work, { seed, lossRate }: Conditions): Promise<boolean> {
  const random = createRandom("loss", seed, task.name, ++task.attempts);
  const isLost = random.next() < lossRate;
  const seconds = isLost ? random.next() * task.left : task.left;
  await clock.sleep(seconds);
  task.spent += seconds;
  if (isLost && task.kind === "predict") task.left -= seconds;
  return !isLost;
}

/** The steps as `runSteps` takes them. */
function stepsOf(root: string, clock: Clock, given: readonly SimulatedStep[]): Step[] {
  const steps = new Map<string, Step>();
  for (const { name, model, kind, seconds, needs } of given) {
    const parents = needs.map((need) => steps.get(need)!);
    const run = unwrittenRun(root, name, parents);
    steps.set(name, {
      name,
      group: "training",
      run,
      needs: parents,
      uses: model === undefined ? "api" : "gpu",
      work:
        model === undefined
          ? { kind: "inline", run: () => clock.sleep(seconds).then(() => ({ counts: {} })) }
          : {
              kind: "job",
              model: { path: model, dtype: "bfloat16" },
              prepare: () => {},
              // What a task does is known by its name.
              task: () => ({ kind: "predict", name, requests: kind, records: "", adapter: null, batch: 1 }),
              outcome: () => ({ counts: {} }),
            },
    });
  }
  return [...steps.values()];
}

/** A run that is kept in memory: 10,000 folders would measure the disk. */
function unwrittenRun(root: string, name: string, parents: readonly Step[]): Run {
  const spec = { step: "made", name: toRunName(name), spec: { name }, parents: parents.map(({ run }) => run.id) };
  const { id, folder } = openRun(root, spec);
  let isDone = false;
  return {
    id,
    folder,
    spec,
    path: (file) => `${folder}/${file}`,
    state: () => (isDone ? "done" : "new"),
    complete: () => isDone,
    manifest: () => undefined,
    verify: () => {},
    records: () => [],
    *streamRecords() {},
    lock: () => () => {},
    begin: () => {},
    reopen: () => {},
    append: () => {},
    finish: () => {
      isDone = true;
      return spec as unknown as Manifest; // nobody reads it
    },
  };
}

function measure(
  given: readonly SimulatedStep[],
  work: ReadonlyMap<string, Work>,
  { jobs, losses }: SimulatedRuntime,
  makespan: number,
  { workers, startUp }: Conditions,
): Omit<Simulation, "commands"> {
  const onWorkers = given.filter(({ model }) => model !== undefined);
  const sum = (value: (step: SimulatedStep) => number) => onWorkers.reduce((all, step) => all + value(step), 0);
  const spent = sum(({ name }) => work.get(name)!.spent);
  const useful = sum(({ seconds }) => seconds);
  const starts = Math.min(workers, onWorkers.length) * startUp;
  const { chain, latest } = boundsOf(given, work, workers, startUp);
  const bound = Math.max(chain, latest, (spent + starts) / workers);
  const share = (seconds: number) => Number((seconds / (workers * makespan)).toFixed(4));
  return {
    steps: given.length,
    jobs,
    losses,
    makespan: Math.round(makespan),
    bound: Math.round(bound),
    chain: Math.round(chain),
    ratio: Number((makespan / bound).toFixed(3)),
    shares: {
      tasks: share(useful),
      starts: share(jobs * startUp),
      losses: share(spent - useful),
      idle: share(workers * makespan - spent - jobs * startUp),
    },
  };
}

/** The longest chain, and the latest of all moments at which what cannot begin before some moment may be done. */
function boundsOf(
  given: readonly SimulatedStep[],
  work: ReadonlyMap<string, Work>,
  workers: number,
  startUp: number,
): { chain: number; latest: number } {
  const heads = new Map<string, number>();
  const ends = new Map<string, number>();
  for (const { name, needs, model, seconds } of given) {
    const head = Math.max(0, ...needs.map((need) => ends.get(need)!));
    heads.set(name, head);
    ends.set(name, head + (model === undefined ? seconds : work.get(name)!.spent));
  }
  let [after, latest] = [0, 0];
  for (const [name, head] of [...heads].sort(([, a], [, b]) => b - a)) {
    after += work.get(name)!.spent; // 0 at an endpoint
    latest = Math.max(latest, head + after / workers);
  }
  return { chain: startUp + Math.max(...ends.values()), latest };
}
