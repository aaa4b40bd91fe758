import { projectRoot } from "../root";
import { lockStudy, type RunState } from "../store/index";
import { computeFindings, type Findings } from "./findings";
import { loadProfile, type Profile } from "./profile";
import { benchmarkFile, largePicture } from "./scenes";
import { runSteps, type StudyEvent } from "./schedule";
import { type Group, type Step, stateOf } from "./step";
import { inOrder, layOut, type Steps } from "./steps";

/** A study of a profile: what it takes, how far it is, how it is run, what it found. */
export interface Study {
  root: string;
  profile: Profile;
  steps: Steps;
  /** Each step in order, and how far it is. */
  plan(): { step: Step; state: RunState }[];
  /** Runs what is not done, of some groups or of all; a second call finds nothing to do. */
  run(options?: RunOptions): Promise<void>;
  /** All numbers and texts for tables and figures, from finished runs. */
  findings(): Findings;
  /** The benchmark's file, which is there once the study was run. */
  benchmark: string;
  /** The picture of an item as PNG, `pixels` wide: larger than the models see it, for people. */
  picture(index: number, pixels: number): Buffer;
}

export interface RunOptions {
  only?: readonly Group[];
  onEvent?: (event: StudyEvent) => void;
  signal?: AbortSignal;
}

/** Opens the study of a profile, by its name or its file; nothing is computed yet. */
export function openStudy(profileName = "pocket", root = projectRoot()): Study {
  const profile = loadProfile(root, profileName);
  const steps = layOut(root, profile);
  const all = inOrder(steps);
  return {
    root,
    profile,
    steps,
    plan: () => all.map((step) => ({ step, state: stateOf(root, step) })),
    run: async ({ only, onEvent = () => {}, signal } = {}) => {
      const wanted = withParents(all.filter((step) => !only || only.includes(step.group)));
      if (wanted.every((step) => stateOf(root, step) === "done")) return;
      const release = lockStudy(root, profile.name);
      try {
        await runSteps(root, profile, wanted, onEvent, signal);
      } finally {
        release();
      }
    },
    findings: () => computeFindings(root, profile, steps),
    benchmark: benchmarkFile(root, steps.scenes),
    picture: (index, pixels) => largePicture(profile, index, pixels),
  };
}

function withParents(steps: Step[]): Step[] {
  const all = new Set<Step>();
  const visit = (step: Step) => {
    step.needs.forEach(visit);
    all.add(step);
  };
  steps.forEach(visit);
  return [...all];
}
