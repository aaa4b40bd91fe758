import { FREE, textsById } from "../ask/index";
import type { WrittenQuestion } from "../prompts/index";
import type { KnownText } from "../screen/index";
import { hashOf } from "../store/index";
import { EXPECTED_PER_CALL, type Form, knownTexts, seedSamples } from "../synthesis/index";
import { type Backend, modelBackend, profileEndpoint } from "./backend";
import { readItems } from "./benchmark-step";
import type { Context } from "./context";
import { datasetStep } from "./dataset-step";
import { type ScreeningOptions, type SourceSteps, sourceSteps } from "./generation";
import type { SourceEntry } from "./profile-parts";
import { sizesOf } from "./roles";
import type { Step } from "./step";

/** A source that is asked for its text. */
type GeneratedSource = Exclude<SourceEntry, { kind: "dataset" }>;

/** Requests in flight at a program that knows the rules. */
const RULES_CONCURRENCY = 8;

/**
 * The steps of a source of the profile. No sample may resemble the benchmark's items, their captions, or the seed
 * questions.
 */
export function profileSource(context: Context, benchmark: Step, captions: Step, id: string): SourceSteps {
  const { root, profile } = context;
  const { synthesis, seed } = profile;
  const sizes = sizesOf(profile, id);
  const source = profile.sources[id]!;
  const { duplicate, contamination, contamination_options: contaminationOptions } = synthesis;
  const { contamination_measure: contaminationMeasure } = synthesis;
  const { validation, cluster, subsets } = synthesis;
  const seeds = context.benchmark.seeds();
  const screening: ScreeningOptions = {
    source: id,
    thresholds: { duplicate, contamination, contaminationOptions, contaminationMeasure },
    balance: synthesis.balance ? seed : undefined,
    split: { validation, cluster, subsets, sizes, seed },
    form: formOf(context),
    needs: [benchmark, captions],
    known: () => knownFor(root, benchmark, captions, seeds),
  };
  if (source.kind === "dataset")
    return { samples: datasetStep(root, source, { ...screening, knownSpec: hashOf(seeds) }) };
  const { per_call: perCall = EXPECTED_PER_CALL, max_calls: maxCalls } = source;
  const prompts = context.prompts.generation;
  return sourceSteps(root, {
    ...screening,
    backend: sourceBackend(context, source),
    seeds,
    generation: { seed, maxTokens: synthesis.max_tokens, examples: synthesis.examples, prompts },
    plan: { wanted: Math.max(...sizes) + validation, perCall, maxCalls },
  });
}

function knownFor(root: string, benchmark: Step, captions: Step, seeds: readonly WrittenQuestion[]): KnownText[] {
  const texts = textsById(captions.run.records(), captions.name);
  return knownTexts(readItems(root, benchmark), texts, seedSamples(seeds));
}

/** Who generates a source's text: a model of the profile, one behind an endpoint, or the program of the rules. */
function sourceBackend(context: Context, source: GeneratedSource): Backend {
  if (source.kind === "model") return modelBackend(context, source.model);
  if (source.kind === "endpoint") return profileEndpoint(context, source.endpoint, source.model, { mode: source.mode });
  const { name, start } = context.benchmark.rules!; // a profile without it was refused
  return {
    kind: "endpoint",
    name,
    modelName: name,
    host: name,
    mode: "live",
    price: () => FREE,
    open: async () => ({ ...(await start()), apiKey: "none", concurrency: RULES_CONCURRENCY }),
  };
}

/** The form of prompts and completions in the training text. */
export const formOf = ({ profile: { synthesis }, prompts }: Context): Form => ({
  prompts: prompts.training,
  completion: synthesis.completion,
});
