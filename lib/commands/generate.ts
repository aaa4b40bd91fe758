import { join, relative } from "node:path";
import { type Command, Option } from "commander";
import { createBudget } from "../ask/index";
import { listCounts } from "../count";
import { loadPrompts } from "../prompts/index";
import { projectRoot } from "../root";
import { DEFAULT_THRESHOLDS } from "../screen/index";
import { hashOf, type Run } from "../store/index";
import { readLetters, runStep, type SourceOptions, sourceSteps } from "../study/index";
import {
  EXPECTED_PER_CALL,
  estimateGeneration,
  type Form,
  type GenerationEstimate,
  knownTexts,
  loadSeeds,
  type SampleSet,
  type Seed,
  type Split,
} from "../synthesis/index";
import { openTokenCounter } from "../tokens/index";
import { optionsBackend } from "./backend";
import { addEndpointOptions, demandBudget, type EndpointOptions, priceFor, withBar } from "./endpoint";
import { readKnown } from "./known";
import { count, listOf, perCall, wholeNumber } from "./numbers";
import { options } from "./options";

interface GenerateOptions extends EndpointOptions {
  model: string;
  batch?: boolean;
  sizes: number[];
  validation: number;
  seeds?: string;
  examples?: number;
  against?: string[];
  maxTokens: number;
  perCall: number;
  maxCalls?: number;
  seed: number;
  balance: boolean;
  subsets: Split["subsets"];
  prompt: string;
  completion: Form["completion"];
  json?: boolean;
}

/** Calls of the first round: enough to judge a source before the rest is paid for. */
const TRIAL_CALLS = 40;
const CLUSTER = 0.5;

/** `wov generate`: has any model generate training text from seed questions (paper, §3.1, §4.1, Figure 4). */
export function define(command: Command): void {
  command
    .requiredOption(...options.model)
    .option("--batch", "use OpenAI's Batch API: half the price, replies within 24 hours")
    .option("--sizes <n...>", "sizes of the training sets", listOf(count), [10_000, 20_000, 30_000])
    .option("--validation <n>", "number of validation samples; none resembles a training sample", wholeNumber, 1000)
    .option("--seeds <file>", "seed questions to use instead of the kit's ten, in the form of data/seeds.json")
    .option("--examples <n>", "seed questions per call, drawn at random; all by default", count)
    .option(...options.against)
    .option(...options.maxTokens, count, 4096)
    .option("--per-call <n>", "expected samples per call after screening", perCall, EXPECTED_PER_CALL)
    .option("--max-calls <n>", "maximum number of calls; by default twice the expected number", count)
    .option(...options.seed, wholeNumber, 7)
    .option("--no-balance", "keep options in their generated order")
    .addOption(choice("--subsets <kind>", "nested: each training set contains the smaller ones", ["nested", "random"]))
    .option("--prompt <wording>", "the wording of training prompts: paper, scripts, or a file of your own", "paper")
    .addOption(
      choice("--completion <form>", "what the model learns to answer", ["letter", "option", "option-and-rationale"]),
    )
    .option(...options.json);
  addEndpointOptions(command).action(generate);
}

/** An option with a few values, of which the first is the default. */
const choice = (flags: string, what: string, values: string[]) =>
  new Option(flags, what).choices(values).default(values[0]);

async function generate(params: GenerateOptions): Promise<void> {
  const root = projectRoot();
  const seeds = loadSeeds(root, params.seeds);
  const source = toSource(root, params, seeds);
  const price = priceFor(root, params.model, params);
  const estimate = estimateGeneration(
    seeds,
    { ...source.generation, model: params.model },
    source.plan,
    price,
    params.concurrency,
    await openTokenCounter(root, { openai: params.model }),
  );
  process.stderr.write(estimateText(estimate, source, params));
  if (params.plan) return void (params.json && process.stdout.write(`${JSON.stringify(estimate, null, 1)}\n`));
  demandBudget(params.batch ? estimate.usdAtMost.batch : estimate.usdAtMost.live, params);
  const budget = createBudget(params.budget ?? Number.POSITIVE_INFINITY);
  let last: SampleSet | undefined;
  const onRound = (set: SampleSet) => {
    if (set.counts.calls !== last?.counts.calls) process.stderr.write(roundText(set));
    last = set;
  };
  const { replies, samples } = sourceSteps(root, { ...source, onRound });
  await withBar(estimate.calls, async (shown) => {
    await runStep(replies, { ...shown, budget });
    await runStep(samples, shown);
  });
  report(root, params, replies.run, samples.run);
}

function toSource(root: string, params: GenerateOptions, seeds: readonly Seed[]): SourceOptions {
  const wanted = Math.max(...params.sizes) + params.validation;
  const known = [
    ...(params.against ?? []).flatMap(readKnown),
    ...knownTexts(
      [],
      new Map(),
      seeds.map(({ question }) => question),
    ),
  ];
  return {
    source: params.model,
    backend: optionsBackend(root, params),
    seeds: seeds.map(({ written }) => written),
    generation: { seed: params.seed, maxTokens: params.maxTokens, examples: params.examples },
    plan: {
      wanted,
      perCall: params.perCall,
      maxCalls: params.maxCalls ?? Math.ceil((2 * wanted) / params.perCall),
      trial: TRIAL_CALLS,
    },
    thresholds: DEFAULT_THRESHOLDS,
    balance: params.balance ? params.seed : undefined,
    split: {
      sizes: params.sizes,
      validation: params.validation,
      subsets: params.subsets,
      cluster: CLUSTER,
      seed: params.seed,
    },
    form: { prompts: loadPrompts(root, params.prompt), completion: params.completion },
    needs: [],
    knownSpec: hashOf(known),
    known: () => known,
  };
}

function estimateText(
  e: GenerationEstimate,
  { plan, known }: SourceOptions,
  { model, concurrency }: GenerateOptions,
): string {
  const million = (n: number) => `${(n / 1e6).toFixed(1)} million`;
  const usd = ({ live, batch }: { live: number; batch: number }) =>
    `$${live.toFixed(2)} live, $${batch.toFixed(2)} in batches`;
  return (
    `${plan.wanted} samples by ${model}, screened against ${known().length} known texts: about ${e.calls} calls, ` +
    `${million(e.promptTokens)} tokens in and ${million(e.completionTokens)} out (new questions are assumed to be as ` +
    `long as the seed questions)\nabout ${usd(e.usd)}; if every reply has the maximum length, ${usd(e.usdAtMost)}\n` +
    `about ${e.hours.toFixed(1)} hours live with ${concurrency} requests in flight; a batch takes up to 24 hours\n`
  );
}

/** Printed after each round: how many samples were kept, and how often the source repeats itself. */
function roundText({ counts }: SampleSet): string {
  const { calls = 0, read = 0, kept = 0 } = counts;
  const repeats = (counts.duplicate ?? 0) + (counts["near duplicate"] ?? 0);
  const share = read > 0 ? (100 * repeats) / read : 0;
  return `${calls} calls gave ${kept} samples, ${(kept / calls).toFixed(2)} per call; ${share.toFixed(1)} % were repeats\n`;
}

function report(root: string, { json, balance }: GenerateOptions, replies: Run, samples: Run): void {
  const path = ({ folder }: Run) => relative(".", join(root, folder));
  const { counts } = samples.manifest()!;
  const letters = readLetters(root, samples);
  const result = { replies: path(replies), samples: path(samples), counts, letters };
  if (json) return void process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
  process.stdout.write(
    `${result.samples}\n${listCounts(counts)}\nRight letters as generated: ${listCounts(letters.written)}${balance ? `; as saved: ${listCounts(letters.balanced)}` : ""}\n`,
  );
}
