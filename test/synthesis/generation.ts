import { projectRoot } from "../../lib/root";
import type { SampleGeneration } from "../../lib/study/index";
import { knownTexts, loadSeeds, PAPER_FORM } from "../../lib/synthesis/index";

const seeds = loadSeeds(projectRoot());

/** A small generation from the kit's seeds. */
export const generation: SampleGeneration = {
  seeds,
  how: { model: "writer", seed: 7, maxTokens: 2048 },
  plan: { wanted: 120, perCall: 4.75, maxCalls: 100, trial: 10 },
  set: {
    source: "writer",
    known: knownTexts(
      [],
      new Map(),
      seeds.map(({ question }) => question),
    ),
    thresholds: { duplicate: 0.7, contamination: 0.5 },
    balance: 7,
  },
  split: { sizes: [50, 100], validation: 20, subsets: "nested", cluster: 0.5, seed: 7 },
  form: PAPER_FORM,
};
