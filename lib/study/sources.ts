import { FREE, textsById } from "../ask/index";
import type { WrittenQuestion } from "../prompts/index";
import type { KnownText } from "../screen/index";
import { hashOf } from "../store/index";
import { EXPECTED_PER_CALL, type Form, knownTexts, type Split, seedSamples } from "../synthesis/index";
import type { AskStep } from "./ask-step";
import { type Backend, modelBackend, profileEndpoint } from "./backend";
import { readItems } from "./benchmark-step";
import { checkedStep, checkStep } from "./checked";
import type { Context } from "./context";
import { datasetStep } from "./dataset-step";
import { type ScreeningOptions, type SourceSteps, sourceSteps } from "./generation";
import type { Profile } from "./profile";
import type { CheckedSource, SourceEntry } from "./profile-parts";
import { checkedOf, sizesOf } from "./roles";
import type { Step } from "./step";

/** A source that is asked for its text. */
type GeneratedSource = Exclude<SourceEntry, { kind: "dataset" | "checked" }>;

/** Requests in flight at a program that knows the rules. */
const RULES_CONCURRENCY = 8;

/** The steps of all sources of the profile, in its order. */
export function profileSources(context: Context, benchmark: Step, captions: Step): Record<string, SourceSteps> {
  const { sources } = context.profile;
  const written = new Map<string, SourceSteps>();
  for (const [id, { kind }] of Object.entries(sources))
    if (kind !== "checked") written.set(id, profileSource(context, benchmark, captions, id));
  const asked = new Map<string, AskStep>(); // one check serves all sources that keep its samples in other ways
  return Object.fromEntries(
    Object.entries(sources).map(([id, entry]) => [
      id,
      entry.kind === "checked"
        ? checkedSource(context, id, entry, written.get(entry.source)!, asked)
        : written.get(id)!,
    ]),
  );
}

function checkedSource(
  context: Context,
  id: string,
  { source, check }: CheckedSource,
  { replies, samples: written }: SourceSteps,
  asked: Map<string, AskStep>,
): SourceSteps {
  const key = `${source} ${check.orders}`;
  const backend = sourceBackend(context, context.profile.sources[source] as GeneratedSource);
  const form = formOf(context);
  const expected = wantedOf(context.profile, source);
  const step = asked.get(key) ?? checkStep(context, { source, backend, orders: check.orders, form, written, expected });
  asked.set(key, step);
  const options = { source: id, balance: balanceOf(context.profile), split: splitOf(context.profile, id), form };
  return {
    replies,
    samples: checkedStep(context.root, options, { written, asked: step, check }),
    check: { source, orders: check.orders, written, asked: step },
  };
}

/** Samples that a source must have, for its own training sets and those of its checked text. */
function wantedOf(profile: Profile, id: string): number {
  const needed = (source: string) => Math.max(...sizesOf(profile, source)) + profile.synthesis.validation;
  const checked = checkedOf(profile, id).map((one) => Math.ceil(needed(one.id) / one.entry.expect));
  return Math.max(needed(id), ...checked);
}

const balanceOf = ({ synthesis, seed }: Profile) => (synthesis.balance ? seed : undefined);

const splitOf = (profile: Profile, id: string): Split => {
  const { validation, cluster, subsets } = profile.synthesis;
  return { validation, cluster, subsets, sizes: sizesOf(profile, id), seed: profile.seed };
};

/**
 * The steps of a source of the profile. No sample may resemble the benchmark's items, their captions, or the seed
 * questions.
 */
function profileSource(context: Context, benchmark: Step, captions: Step, id: string): SourceSteps {
  const { root, profile } = context;
  const { synthesis, seed } = profile;
  const source = profile.sources[id] as Exclude<SourceEntry, CheckedSource>;
  const { duplicate, contamination, contamination_options: contaminationOptions } = synthesis;
  const { contamination_measure: contaminationMeasure } = synthesis;
  const seeds = context.benchmark.seeds();
  const screening: ScreeningOptions = {
    source: id,
    thresholds: { duplicate, contamination, contaminationOptions, contaminationMeasure },
    balance: balanceOf(profile),
    split: splitOf(profile, id),
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
    plan: { wanted: wantedOf(profile, id), perCall, maxCalls },
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
