import { hashOf, listRuns } from "../store/index";
import type { Step } from "../study/index";

/** What of a run's spec tells how fast it is: the model, how it is run, and for trainings their settings. */
interface SpecOfJob {
  backend?: { model?: unknown; engine?: string; dtype?: string };
  model?: unknown;
  settings?: { epochs?: number };
}

/** Seconds that earlier jobs with the same model took on this machine; undefined where there was none. */
export interface Measured {
  /** Per token of prompts and replies. */
  perToken(step: Step): number | undefined;
  /** Per training sample and epoch, since trainings do not record their tokens. */
  perSample(step: Step): number | undefined;
}

/** Reads the speed of earlier jobs from their manifests. */
export function measureSpeed(root: string): Measured {
  const [asked, trained] = [new Map<string, Speed>(), new Map<string, Speed>()];
  for (const { spec, manifest } of listRuns(root)) {
    if (!manifest) continue;
    const of = spec.spec as SpecOfJob;
    const { tokens, counts, seconds } = manifest;
    if (spec.step === "ask" && of.backend?.engine && tokens)
      add(asked, hashOf(of.backend.model), seconds, tokens.prompt + tokens.completion);
    if (spec.step === "train")
      add(trained, hashOf(of.model), seconds, (counts.samples ?? 0) * (of.settings?.epochs ?? 1));
  }
  const modelOf = ({ run }: Step) => {
    const of = run.spec.spec as SpecOfJob;
    return hashOf(of.backend?.model ?? of.model);
  };
  return {
    perToken: (step) => speedOf(asked.get(modelOf(step))),
    perSample: (step) => speedOf(trained.get(modelOf(step))),
  };
}

interface Speed {
  seconds: number;
  units: number;
}

function add(speeds: Map<string, Speed>, key: string, seconds: number, units: number): void {
  const { seconds: before, units: had } = speeds.get(key) ?? { seconds: 0, units: 0 };
  speeds.set(key, { seconds: before + seconds, units: had + units });
}

const speedOf = (speed: Speed | undefined): number | undefined =>
  speed && speed.units > 0 ? speed.seconds / speed.units : undefined;
