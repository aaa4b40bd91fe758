import { join, relative } from "node:path";
import { type Command, Option } from "commander";
import { askBatch, askRun, createBudget } from "../ask/index";
import { listCounts } from "../count";
import { WovError } from "../errors";
import { projectRoot } from "../root";
import { DEFAULT_THRESHOLDS } from "../screen/index";
import { type AskAll, type GeneratedSamples, generateSamples, type SampleGeneration } from "../study/index";
import {
  BATCH_SHARE,
  EXPECTED_PER_CALL,
  estimateGeneration,
  type Form,
  type GenerationEstimate,
  knownTexts,
  loadSeeds,
  type SampleSet,
  type Split,
} from "../synthesis/index";
import { addEndpointOptions, demandBudget, type EndpointOptions, endpointOf, priceFor, withBar } from "./endpoint";
import { readKnown } from "./known";

interface Given extends EndpointOptions {
  model: string;
  batch?: boolean;
  sizes: string[];
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
  prompt: Form["prompt"];
  completion: Form["completion"];
  json?: boolean;
}

/** Calls of the first round: enough to see what a model is worth before the rest is paid for. */
const TRIAL = 40;
const CLUSTER = 0.5;

/** `wov generate`: has any model write training text from seed questions (paper, §3.1, §4.1, Figure 4). */
export function define(command: Command): void {
  command
    .requiredOption("--model <name>", "who writes")
    .option("--batch", "through OpenAI's Batch API: half the price, within a day")
    .option("--sizes <n...>", "sizes of the training sets, the smaller inside the larger", ["10000", "20000", "30000"])
    .option("--validation <n>", "samples for validation, none of which resembles one for training", Number, 1000)
    .option("--seeds <file>", "other seed questions than the kit's ten, in the form of data/seeds.json")
    .option("--examples <n>", "seeds that a call shows, drawn by chance; all, if not said", Number)
    .option("--against <files...>", "benchmarks that must not shine through: VIVA's file, or JSON Lines")
    .option("--max-tokens <n>", "at most so many tokens a reply", Number, 4096)
    .option(
      "--per-call <n>",
      "samples that a call is expected to leave, of the five it asks for",
      Number,
      EXPECTED_PER_CALL,
    )
    .option("--max-calls <n>", "give up after so many calls; twice what is expected, if not said", Number)
    .option("--seed <n>", "of all draws", Number, 7)
    .option("--no-balance", "leave options in the order in which they were written")
    .addOption(choice("--subsets <how>", "whether smaller sets lie in larger ones", ["nested", "random"]))
    .addOption(choice("--prompt <wording>", "of training text", ["paper", "scripts"]))
    .addOption(choice("--completion <what>", "is learnt", ["letter", "option", "option-and-rationale"]))
    .option("--json", "print the result as JSON");
  addEndpointOptions(command).action(generate);
}

/** An option with a few values, of which the first is the default. */
const choice = (flags: string, what: string, values: string[]) =>
  new Option(flags, what).choices(values).default(values[0]);

async function generate(given: Given): Promise<void> {
  const root = projectRoot();
  const generation = toGeneration(root, given);
  const { seeds, how, plan } = generation;
  const price = priceFor(root, given.model, given);
  const estimate = estimateGeneration(seeds, how, plan, price, given.concurrency);
  process.stderr.write(estimateText(estimate, generation, given));
  if (given.plan) return void (given.json && process.stdout.write(`${JSON.stringify(estimate, null, 1)}\n`));
  demandBudget(given.batch ? estimate.usdAtMost.batch : estimate.usdAtMost.live, given);
  const share = given.batch ? BATCH_SHARE : 1;
  const charged = { input: share * price.input, output: share * price.output };
  const endpoint = endpointOf(root, given);
  const ask: AskAll = (run, requests) =>
    withBar(requests.length, (shown) => {
      const budget = createBudget(charged, given.budget ?? Number.POSITIVE_INFINITY);
      return (given.batch ? askBatch : askRun)({ root, run, requests, endpoint, budget, ...shown });
    });
  report(root, given, await generateSamples(root, generation, ask, tellRound));
}

function toGeneration(root: string, given: Given): SampleGeneration {
  const sizes = given.sizes.map(Number);
  if (sizes.some((size) => !(Number.isInteger(size) && size > 0)))
    throw new WovError(`--sizes ${given.sizes.join(" ")}: expected whole numbers`, 2);
  const seeds = loadSeeds(root, given.seeds);
  const wanted = Math.max(...sizes) + given.validation;
  const maxCalls = given.maxCalls ?? Math.ceil((2 * wanted) / given.perCall);
  const known = [
    ...(given.against ?? []).flatMap(readKnown),
    ...knownTexts(
      [],
      new Map(),
      seeds.map(({ question }) => question),
    ),
  ];
  return {
    seeds,
    how: { model: given.model, seed: given.seed, maxTokens: given.maxTokens, examples: given.examples },
    plan: { wanted, perCall: given.perCall, maxCalls, trial: TRIAL },
    set: {
      source: given.model,
      known,
      thresholds: DEFAULT_THRESHOLDS,
      balance: given.balance ? given.seed : undefined,
    },
    split: { sizes, validation: given.validation, subsets: given.subsets, cluster: CLUSTER, seed: given.seed },
    form: { prompt: given.prompt, completion: given.completion },
  };
}

function estimateText(e: GenerationEstimate, { plan, set }: SampleGeneration, { model, concurrency }: Given): string {
  const million = (n: number) => `${(n / 1e6).toFixed(1)} million`;
  const usd = ({ live, batch }: { live: number; batch: number }) =>
    `$${live.toFixed(2)} live, $${batch.toFixed(2)} in batches`;
  return (
    `${plan.wanted} samples of ${model}, kept out of ${set.known.length} known texts: about ${e.calls} calls, ` +
    `${million(e.promptTokens)} tokens in and ${million(e.completionTokens)} out (4 characters a token, new questions as ` +
    `long as the seeds)\nabout ${usd(e.usd)}; were every reply as long as it may be, ${usd(e.usdAtMost)}\n` +
    `about ${e.hours.toFixed(1)} hours live with ${concurrency} requests in flight; a batch takes up to 24 hours\n`
  );
}

/** After each round: what is left of what was written, and how much a source repeats itself. */
function tellRound({ counts }: SampleSet): void {
  const { calls = 0, read = 0, kept = 0 } = counts;
  const repeats = (counts.duplicate ?? 0) + (counts["near duplicate"] ?? 0);
  const share = read > 0 ? (100 * repeats) / read : 0;
  process.stderr.write(
    `${calls} calls left ${kept} samples, ${(kept / calls).toFixed(2)} a call; ${share.toFixed(1)} % repeated others\n`,
  );
}

function report(root: string, { json }: Given, { replies, samples, set }: GeneratedSamples): void {
  const path = (folder: string) => relative(".", join(root, folder));
  const result = {
    replies: path(replies.folder),
    samples: path(samples.folder),
    counts: set.counts,
    letters: set.letters,
  };
  if (json) return void process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
  process.stdout.write(
    `${result.samples}\n${listCounts(set.counts)}\nRight letters as written: ${listCounts(set.letters.written)}; balanced afterwards\n`,
  );
}
