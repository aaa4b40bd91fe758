import type { StudyPlan } from "../../lib/plan/index";
import { createRandom } from "../../lib/random";
import type { SimulatedStep } from "./simulate";

/** Models, what they are trained on, and how long it takes, in seconds. */
export interface Grid {
  models: { name: string; perSample: number; prediction: number }[];
  sources: number;
  sizes: number[];
  seeds: number;
  /** A step may take this share more or less than expected, evenly. */
  spread: number;
}

/** The paper's models on an H100, as `wov study --plan` reckons (calculated, not measured), and its sizes. */
export const PAPER: Omit<Grid, "seeds"> = {
  models: [
    { name: "mllama", perSample: 0.127, prediction: 13 },
    { name: "qwen2-vl", perSample: 0.099, prediction: 63 },
    { name: "llava-onevision", perSample: 0.095, prediction: 306 },
  ],
  sources: 4,
  sizes: [10_000, 20_000, 30_000],
  spread: 0.2,
};

/** The pocket study's trainings on one core, as once measured: 2,000 samples take about 67 s. */
export const POCKET: Grid = {
  models: ["mllama", "qwen2-vl", "llava-onevision"].map((name) => ({ name, perSample: 0.0335, prediction: 9 })),
  sources: 3,
  sizes: [500, 1000, 2000],
  seeds: 1,
  spread: 0.2,
};

/** Every training of a grid, and the prediction that follows it. */
export function gridSteps({ models, sources, sizes, seeds, spread }: Grid): SimulatedStep[] {
  const random = createRandom("grid");
  const about = (seconds: number) => seconds * (1 + spread * (2 * random.next() - 1));
  const steps: SimulatedStep[] = [];
  for (const { name: model, perSample, prediction } of models)
    for (let source = 1; source <= sources; source++)
      for (const size of sizes)
        for (let seed = 1; seed <= seeds; seed++) {
          const name = `${model} ${source} ${size} ${seed}`;
          const train: SimulatedStep = { name, model, kind: "train", seconds: about(size * perSample), needs: [] };
          steps.push(train);
          const predict = { model, kind: "predict" as const, seconds: about(prediction), needs: [name] };
          steps.push({ name: `${name} decides`, ...predict });
        }
  return steps;
}

/** The steps of a plan, which take as long as planned. */
export const plannedSteps = ({ steps }: StudyPlan): SimulatedStep[] =>
  steps.map(({ step: { name, work, run, needs }, seconds = 0 }) => ({
    name,
    ...(work.kind === "job" && { model: work.model.path }),
    kind: run.spec.step === "train" ? "train" : work.kind === "job" ? "predict" : "ask",
    seconds,
    needs: needs.map((need) => need.name),
  }));
