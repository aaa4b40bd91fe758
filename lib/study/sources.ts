import { textsById } from "../ask/index";
import { renderQuestions, type WrittenQuestion } from "../prompts/index";
import type { KnownText } from "../screen/index";
import { EXPECTED_PER_CALL, type Form, knownTexts, readSamples } from "../synthesis/index";
import { type Backend, jobBackend } from "./backend";
import { readItems } from "./benchmark-step";
import type { Context } from "./context";
import { type SourceSteps, sourceSteps } from "./generation";
import type { Profile } from "./profile";
import type { Step } from "./step";

/** Requests in flight at a program that knows the rules. */
const RULES_CONCURRENCY = 8;

/**
 * The steps of a source of the profile. No sample may resemble the benchmark's items, their captions, or the seed
 * questions.
 */
export function profileSource(context: Context, benchmark: Step, captions: Step, source: string): SourceSteps {
  const { root, profile } = context;
  const { synthesis, seed, sizes } = profile;
  const { per_call: perCall = EXPECTED_PER_CALL, max_calls: maxCalls } = profile.sources[source]!;
  const { duplicate, contamination, contamination_options: contaminationOptions } = synthesis;
  const { validation, cluster, subsets } = synthesis;
  const seeds = context.benchmark.seeds();
  return sourceSteps(root, {
    source,
    backend: sourceBackend(context, source),
    seeds,
    generation: { seed, maxTokens: synthesis.max_tokens, examples: synthesis.examples },
    plan: { wanted: Math.max(...sizes) + validation, perCall, maxCalls },
    thresholds: { duplicate, contamination, contaminationOptions },
    balance: synthesis.balance ? seed : undefined,
    split: { validation, cluster, subsets, sizes, seed },
    form: formOf(profile),
    needs: [benchmark, captions],
    known: () => knownFor(root, benchmark, captions, seeds),
  });
}

function knownFor(root: string, benchmark: Step, captions: Step, seeds: readonly WrittenQuestion[]): KnownText[] {
  const texts = textsById(captions.run.records(), captions.name);
  return knownTexts(readItems(root, benchmark), texts, readSamples(renderQuestions(seeds), "seeds", "").samples);
}

/** The backend of a source: a job with a model of the profile, or the program that knows the benchmark's rules. */
function sourceBackend(context: Context, id: string): Backend {
  const source = context.profile.sources[id]!;
  if (source.kind === "model") return jobBackend(context, source.model);
  const { name, start } = context.benchmark.rules!; // a profile without it was refused
  return {
    kind: "endpoint",
    name,
    host: name,
    mode: "live",
    open: async () => ({ ...(await start()), apiKey: "none", concurrency: RULES_CONCURRENCY }),
  };
}

/** The form of prompts and completions in the training text. */
export const formOf = ({ synthesis: { prompt, completion } }: Profile): Form => ({ prompt, completion });
