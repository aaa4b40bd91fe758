import { loadPrices, priceWarning, type Tokens } from "../ask/index";
import { type Card, loadCards } from "../runtime/index";
import type { Backend, Context, Group, Step, Study } from "../study/index";
import { assumedInputs, hubModels } from "../study/index";
import { openTokenCounter, type TokenCounter } from "../tokens/index";
import { adapterParameters } from "./card";
import { measureSpeed } from "./measured";
import { type ModelSize, sizeOfModel } from "./model-size";
import { missingNeeds, type Need } from "./needs";
import { type Rent, rentOf } from "./rent";
import { type Basis, planStep, type StepPlan } from "./step-plan";

/** What is left to do of a study, what it will take, and what is missing. */
export interface StudyPlan {
  profile: string;
  /** In the study's order. */
  steps: StepPlan[];
  totals: {
    /** Steps that are not done. */
    open: number;
    /** Sent to endpoints. */
    requests: number;
    /** Answered by jobs. */
    jobRequests: number;
    /** At endpoints. */
    tokens: Tokens;
    usd: { live: number; batch: number; charged: number; atMost: number };
    /** On the card, or on the CPU that replaces it; of the steps whose time is known. */
    cardHours: number;
    diskGb: number;
  };
  card: Card;
  /** What the runtime's machines cost, if it rents them. */
  rent?: Rent;
  /** The chain of steps that takes longest, which no further machine makes faster. */
  longest: { hours: number; steps: string[] };
  needs: Need[];
  /** What the estimates rest on, and what is doubtful about them. */
  notes: string[];
}

const HOUR = 3600;

/**
 * Plans a study, or some of its parts with all that they need. No model is asked, and nothing downloaded or written; only
 * a runtime that rents machines is asked for their price.
 */
export async function planStudy(study: Study, only?: readonly Group[]): Promise<StudyPlan> {
  const { context, profile, root } = study;
  const card = loadCards(root)[profile.runtime.card ?? "cpu"]!; // one that is not listed was refused
  const basis = openBasis(context, card);
  const inputs = assumedInputs(context);
  const steps: StepPlan[] = [];
  for (const { step, state } of study.plan(only))
    steps.push(
      state === "done" || !step.forecast
        ? { step, state, onCard: false }
        : await planStep(basis, step, state, step.forecast(inputs)),
    );
  const sum = (value: (step: StepPlan) => number | undefined) =>
    steps.reduce((all, step) => all + (value(step) ?? 0), 0);
  const atEndpoint = (step: StepPlan) => step.requests !== undefined && !step.onCard;
  const usd = (key: "live" | "batch" | "charged" | "atMost") => sum((step) => step.usd?.[key]);
  const diskGb = diskOf(context, steps, basis);
  const rent = await rentOf(study);
  return {
    profile: profile.name,
    steps,
    totals: {
      open: steps.filter(({ state }) => state !== "done").length,
      requests: sum((step) => (atEndpoint(step) ? step.requests : 0)),
      jobRequests: sum((step) => (step.onCard ? step.requests : 0)),
      tokens: {
        prompt: sum((step) => (atEndpoint(step) ? step.tokens?.prompt : 0)),
        completion: sum((step) => (atEndpoint(step) ? step.tokens?.completion : 0)),
      },
      usd: { live: usd("live"), batch: usd("batch"), charged: usd("charged"), atMost: usd("atMost") },
      cardHours: sum((step) => (step.onCard ? step.seconds : 0)) / HOUR,
      diskGb,
    },
    card,
    ...(rent && { rent }),
    longest: longestChain(steps),
    needs: missingNeeds(context, { steps, card, diskGb }),
    notes: notesOf(root, steps, card),
  };
}

function openBasis(context: Context, card: Card): Basis {
  const { root, profile, benchmark } = context;
  const { picture } = benchmark.expected();
  const own = (id: string): Promise<TokenCounter> => {
    const { path, revision, name } = profile.models[id]!;
    return openTokenCounter(root, path === undefined ? byName(name!) : { path, revision }, picture);
  };
  return {
    context,
    card,
    sizeOf: (id): ModelSize | undefined => (profile.models[id] ? sizeOfModel(root, profile, id) : undefined),
    counterOf: (backend: Backend) => {
      if (backend.kind === "job") return own(backend.name);
      return profile.models[backend.name]
        ? own(backend.name)
        : openTokenCounter(root, byName(backend.modelName), picture);
    },
    trainedCounterOf: own,
    measured: measureSpeed(root),
  };
}

/** A server such as vLLM calls a model by its name on the Hub or its folder; OpenAI's names have no slash. */
const byName = (name: string) => (name.includes("/") ? { path: name } : { openai: name });

/** The chain with the longest time, and its steps that take any. */
function longestChain(steps: readonly StepPlan[]): { hours: number; steps: string[] } {
  const chains = new Map<Step, { seconds: number; names: string[] }>();
  let longest = { seconds: 0, names: [] as string[] };
  for (const { step, state, seconds = 0 } of steps) {
    const before = step.needs
      .map((need) => chains.get(need) ?? { seconds: 0, names: [] })
      .reduce((a, b) => (b.seconds > a.seconds ? b : a), { seconds: 0, names: [] as string[] });
    const own = state === "done" ? 0 : seconds;
    const chain = { seconds: before.seconds + own, names: own > 0 ? [...before.names, step.name] : before.names };
    chains.set(step, chain);
    if (chain.seconds > longest.seconds) longest = chain;
  }
  return { hours: longest.seconds / HOUR, steps: longest.names };
}

/** Bytes of a reply's record, and of a fetched picture (assumed: VIVA's are photographs from the web). */
const BYTES = { reply: 2000, picture: 300_000, adapterParameter: 4, weight: 2 };

/** Disk space for what is left: models that are to be downloaded, pictures, adapters and replies. */
function diskOf(context: Context, all: readonly StepPlan[], { sizeOf }: Basis): number {
  const { profile, benchmark } = context;
  const open = all.filter(({ state }) => state !== "done");
  const steps = open.map(({ step }) => step);
  const weights = hubModels(context, steps).reduce(
    (sum, { id }) => sum + BYTES.weight * (sizeOf(id)?.parameters ?? 0),
    0,
  );
  const { fetched, pictures: expected } = benchmark.expected();
  const isOpen = steps.some(({ run }) => run.spec.step === "benchmark");
  const pictures = fetched && isOpen ? BYTES.picture * expected : 0;
  const rest = open.reduce((sum, { step, requests = 0 }) => {
    if (step.run.spec.step !== "train" || step.work.kind !== "job") return sum + BYTES.reply * requests;
    const path = step.work.model.path;
    const id = Object.keys(profile.models).find((one) => profile.models[one]!.path === path);
    const parameters = (id && sizeOf(id)?.parameters) || 0;
    return sum + BYTES.adapterParameter * adapterParameters(parameters, profile.training.rank);
  }, 0);
  return (weights + pictures + rest) / 1e9;
}

function notesOf(root: string, steps: readonly StepPlan[], card: Card): string[] {
  const counted = [...new Set(steps.flatMap(({ counted }) => counted ?? []))];
  const costs = steps.some(({ usd }) => (usd?.live ?? 0) > 0);
  const warning = costs ? priceWarning(loadPrices(root)) : undefined;
  return [
    ...(counted.length > 0 ? [`Tokens: ${counted.join("; ")}.`] : []),
    "Texts that are not there yet are assumed to be as long as the seed questions and the benchmark's own sentences.",
    `Time: as earlier runs with the same model took here, or else for ${card.label}: 35 % of its operations, 50 % of its ` +
      "bandwidth. A live endpoint is assumed to write 60 tokens per second and reply; a batch takes up to 24 hours.",
    ...(warning ? [`Warning: ${warning}.`] : []),
  ];
}
