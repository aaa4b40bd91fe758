import { createBudget } from "../ask/index";
import type { DrawPicture } from "../benchmark/index";
import { openBenchmark } from "../benchmarks";
import { projectRoot } from "../root";
import { openRuntime } from "../runtime/index";
import { lockStudy } from "../store/index";
import { benchmarkFile } from "./benchmark-step";
import { type Context, openContext } from "./context";
import { type Layout, layOut } from "./layout";
import { checkAccess } from "./preflight";
import { loadProfile, type Profile } from "./profile";
import { isJobStep } from "./queue";
import { readResults } from "./read-results";
import type { Results } from "./results";
import { runSteps, type StudyEvent } from "./schedule";
import { countSpent } from "./spent";
import { type Group, type Step, type StepState, stateOf, withNeeds } from "./step";

/** The study of a profile: its steps and their states, how to run them, and the results. */
export interface Study {
  root: string;
  profile: Profile;
  context: Context;
  layout: Layout;
  /** The steps of some parts of the study with all that they need, or of all parts, in order, with their states. */
  plan(only?: readonly Group[]): { step: Step; state: StepState }[];
  /**
   * Runs the steps that are not done. What others give is checked first.
   *
   * @throws WovError that lists the steps that failed, or what is missing
   */
  run(options?: RunOptions): Promise<void>;
  /** All numbers and texts for tables and figures, as far as the study is done. */
  results(): Results;
  /** The benchmark's file, which exists once its step is done. */
  benchmark: string;
  /** Pictures for people; models may see them smaller. */
  picture: DrawPicture;
}

export interface RunOptions {
  only?: readonly Group[];
  /** The most that the study may cost in USD, with what it has cost before. */
  budgetUsd?: number;
  onEvent?(event: StudyEvent): void;
  signal?: AbortSignal;
}

/** Opens the study of a profile, by its name or its file; nothing is computed yet. */
export function openStudy(profileName = "pocket", root = projectRoot()): Study {
  const profile = loadProfile(root, profileName);
  const context = openContext(root, profile, openBenchmark(root, profile));
  const layout = layOut(context);
  const select = (only?: readonly Group[]) =>
    only ? withNeeds(layout.steps.filter(({ group }) => only.includes(group))) : layout.steps;
  return {
    root,
    profile,
    context,
    layout,
    plan: (only) => select(only).map((step) => ({ step, state: stateOf(root, step) })),
    run: async ({ only, budgetUsd = Number.POSITIVE_INFINITY, ...options } = {}) => {
      const steps = select(only);
      const open = steps.filter((step) => stateOf(root, step) !== "done");
      if (open.length === 0) return;
      await checkAccess(context, open);
      const runtime = await openRuntime(root, profile.runtime);
      // Before anything is paid, it is known that jobs can run.
      const described = runtime.detached && open.some(isJobStep) ? await runtime.describe() : undefined;
      const usdPerHour = described?.usdPerHour;
      const budget = createBudget(budgetUsd);
      countSpent(root, budget, layout.steps);
      const release = lockStudy(root, profile.name);
      try {
        await runSteps({ root, runtime, usdPerHour, steps, budget, ...options });
      } finally {
        release();
      }
    },
    results: () => readResults(context, layout),
    benchmark: benchmarkFile(root, layout.benchmark),
    picture: context.benchmark.picture,
  };
}
