import { type Endpoint, FREE } from "../../lib/ask/index";
import { projectRoot } from "../../lib/root";
import { hashOf, type Run } from "../../lib/store/index";
import { readLetters, runStep, type SourceOptions, sourceSteps } from "../../lib/study/index";
import { knownTexts, loadSeeds, PAPER_FORM, type SampleSet } from "../../lib/synthesis/index";

const seeds = loadSeeds(projectRoot());
const known = knownTexts(
  [],
  new Map(),
  seeds.map(({ question }) => question),
);

/** A small generation from the kit's seeds, by whatever is behind the endpoint. */
export const generation = (endpoint: Endpoint): SourceOptions => ({
  source: "writer",
  backend: {
    kind: "endpoint",
    name: "writer",
    modelName: "writer",
    host: "localhost",
    mode: "live",
    price: () => FREE,
    open: async () => endpoint,
  },
  seeds: seeds.map(({ written }) => written),
  generation: { seed: 7, maxTokens: 2048 },
  plan: { wanted: 120, perCall: 4.75, maxCalls: 100, trial: 10 },
  thresholds: { duplicate: 0.7, contamination: 0.5 },
  balance: 7,
  split: { sizes: [50, 100], validation: 20, subsets: "nested", cluster: 0.5, seed: 7 },
  form: PAPER_FORM,
  needs: [],
  knownSpec: hashOf(known),
  known: () => known,
});

/** What a generation left. */
export interface Generated {
  replies: Run;
  samples: Run;
  counts: Record<string, number>;
  letters: SampleSet["letters"];
  /** Calls after each round. */
  rounds: number[];
}

/** Generates until there are enough samples. */
export async function generateSamples(
  root: string,
  endpoint: Endpoint,
  changes: Partial<SourceOptions> = {},
): Promise<Generated> {
  const rounds: number[] = [];
  const onRound = ({ counts }: SampleSet) => rounds.push(counts.calls!);
  const { replies, samples } = sourceSteps(root, { ...generation(endpoint), ...changes, onRound });
  const context = { signal: new AbortController().signal, onProgress: () => {} };
  await runStep(replies, context);
  await runStep(samples, context);
  const { counts } = samples.run.manifest()!;
  return { replies: replies.run, samples: samples.run, counts, letters: readLetters(root, samples.run), rounds };
}
