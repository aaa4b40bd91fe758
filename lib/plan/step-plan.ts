import {
  batchPrice,
  type Decoding,
  estimateTokens,
  groupEqual,
  type Price,
  type Tokens,
  textRequest,
  usdOf,
} from "../ask/index";
import type { Card } from "../runtime/index";
import type { Backend, Context, EndpointBackend, Forecast, Step, StepState } from "../study/index";
import type { PromptCompletion } from "../synthesis/index";
import type { TokenCounter } from "../tokens/index";
import { predictionMemoryGb, predictionSeconds, trainingMemoryGb, trainingSeconds } from "./card";
import type { Measured } from "./measured";
import type { ModelSize } from "./model-size";

/** What is left to do of a step. What is not known is undefined. */
export interface StepPlan {
  step: Step;
  state: StepState;
  /** Requests that are left, without those that are equal to others. */
  requests?: number;
  /** Training samples that are left, over all epochs. */
  samples?: number;
  tokens?: Tokens;
  /** How tokens were counted. */
  counted?: string;
  /** What the tokens cost live, and through a batch API; what is charged in the mode of the profile, likely and at most. */
  usd?: { live: number; batch: number; charged: number; atMost: number };
  /** Why there is no price. */
  noPrice?: string;
  seconds?: number;
  /** Whether the time is that of a GPU, or of the CPU that replaces it. */
  onCard: boolean;
  /** Memory that its job needs, in GB. */
  memoryGb?: number;
}

/** What the estimates rest on. */
export interface Basis {
  context: Context;
  card: Card;
  /** Of a model of the profile. */
  sizeOf(model: string): ModelSize | undefined;
  counterOf(backend: Backend): Promise<TokenCounter>;
  trainedCounterOf(model: string): Promise<TokenCounter>;
  /** The speed of earlier runs with the same model on this machine. */
  measured: Measured;
}

/** Assumed speed of a live endpoint, in tokens per second for each reply. */
const TOKENS_PER_SECOND = 60;
/** A batch API answers within a day. */
const BATCH_SECONDS = 86_400;

/** Estimates a step of which something is left. */
export async function planStep(basis: Basis, step: Step, state: StepState, forecast: Forecast): Promise<StepPlan> {
  return forecast.kind === "training"
    ? planTraining(basis, step, state, forecast)
    : planRequests(basis, step, state, forecast);
}

async function planRequests(
  basis: Basis,
  step: Step,
  state: StepState,
  { backend, requests, count, most: mostCount = count, typicalReply }: Extract<Forecast, { kind: "requests" }>,
): Promise<StepPlan> {
  const counter = await basis.counterOf(backend);
  // A live endpoint gets equal requests once; a job and a batch get each.
  const sent = backend.kind === "endpoint" && backend.mode === "live" ? [...groupEqual(requests).values()] : undefined;
  const unique = sent ? sent.map(([first]) => first!) : requests;
  const asked = state === "begun" ? answered(step) : new Set<string>();
  const left = unique.filter(({ custom_id }) => !asked.has(custom_id));
  const isPart = count > requests.length;
  const leftCount = isPart ? Math.max(0, count - asked.size) : left.length;
  const counted = someOf(isPart ? unique : left);
  const scale = counted.length > 0 ? leftCount / counted.length : 0;
  const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
  const reply = counter.text(typicalReply) + 1; // and the token that ends it
  const tokens = {
    prompt: Math.round(scale * sum(counted.map((request) => counter.prompt(request)))),
    completion: Math.round(leftCount * reply),
  };
  const plan = { step, state, requests: leftCount, tokens, counted: counter.how };
  if (backend.kind === "job") {
    const size = basis.sizeOf(backend.name);
    const { batch, batchTokens = Number.POSITIVE_INFINITY } = backend;
    const longest = leftCount > 0 ? (tokens.prompt + tokens.completion) / leftCount : 0;
    return {
      ...plan,
      onCard: true,
      seconds: perUnit(
        basis.measured.perToken(step),
        tokens.prompt + tokens.completion,
        () => size && predictionSeconds(basis.card, size, { requests: leftCount, batch, ...tokens }),
      ),
      ...(size && { memoryGb: predictionMemoryGb(size, Math.min(batch * longest, Math.max(batchTokens, longest))) }),
    };
  }
  const seconds =
    backend.mode === "batch" ? BATCH_SECONDS : tokens.completion / TOKENS_PER_SECOND / concurrencyOf(basis, backend);
  const mostTokens = counted.map(estimateTokens);
  const mostScale = scale * (leftCount > 0 ? (leftCount + mostCount - count) / leftCount : 0);
  const most = {
    prompt: mostScale * sum(mostTokens.map(({ prompt }) => prompt)),
    completion: mostScale * sum(mostTokens.map(({ completion }) => completion)),
  };
  return { ...plan, onCard: false, seconds: leftCount > 0 ? seconds : 0, ...costOf(backend, tokens, most) };
}

async function planTraining(
  basis: Basis,
  step: Step,
  state: StepState,
  { model, lines, count, epochs, batch }: Extract<Forecast, { kind: "training" }>,
): Promise<StepPlan> {
  const counter = await basis.trainedCounterOf(model);
  const some = someOf(lines);
  const tokensOf = ({ prompt, completion }: PromptCompletion) =>
    counter.prompt(textRequest("line", prompt[0]!.content, UNSENT)) + counter.text(completion[0]!.content) + 1;
  const perLine = some.reduce((sum, line) => sum + tokensOf(line), 0) / Math.max(1, some.length);
  const tokens = { prompt: Math.round(perLine * count * epochs), completion: 0 };
  const size = basis.sizeOf(model);
  const { rank } = basis.context.profile.training;
  return {
    step,
    state,
    samples: count * epochs,
    tokens,
    counted: counter.how,
    onCard: true,
    seconds: perUnit(
      basis.measured.perSample(step),
      count * epochs,
      () => size && trainingSeconds(basis.card, size.parameters, tokens.prompt),
    ),
    ...(size && { memoryGb: trainingMemoryGb(size, rank, batch * perLine) }),
  };
}

const UNSENT: Decoding = { model: "", max_tokens: 1, temperature: 0 };

/** Requests and lines whose tokens are counted; those of the others are taken to be as many. */
const MAX_COUNTED = 200;

/** All of a list, or some at equal distances. */
const someOf = <T>(all: readonly T[]): T[] => {
  const stride = Math.max(1, all.length / MAX_COUNTED);
  return Array.from({ length: Math.min(all.length, MAX_COUNTED) }, (_, i) => all[Math.floor(i * stride)]!);
};

const answered = ({ run }: Step): Set<string> =>
  new Set(run.records<{ custom_id: string }>().map(({ custom_id }) => custom_id));

/** Requests in flight; a server that is not of the profile, since it is started when it is asked, takes a few. */
const concurrencyOf = ({ context: { profile } }: Basis, { id }: EndpointBackend): number =>
  (id !== undefined && profile.endpoints[id]?.concurrency) || 8;

/** As earlier runs took, or else by the card's data. */
const perUnit = (seconds: number | undefined, units: number, byCard: () => number | undefined): number | undefined =>
  seconds === undefined ? byCard() : seconds * units;

function costOf(backend: EndpointBackend, tokens: Tokens, most: Tokens): Pick<StepPlan, "usd" | "noPrice"> {
  let price: Price;
  try {
    price = backend.price();
  } catch (error) {
    return { noPrice: (error as Error).message };
  }
  const [live, batch] = [usdOf(price, tokens), usdOf(batchPrice(price), tokens)];
  const isBatch = backend.mode === "batch";
  return {
    usd: {
      live,
      batch,
      charged: isBatch ? batch : live,
      atMost: usdOf(isBatch ? batchPrice(price) : price, most),
    },
  };
}
