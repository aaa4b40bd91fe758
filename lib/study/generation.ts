import { rmSync } from "node:fs";
import { join } from "node:path";
import { textsById } from "../ask/index";
import { WovError } from "../errors";
import { renderQuestions } from "../prompts/index";
import type { KnownText } from "../screen/index";
import { hashOf, type Run, toRunName } from "../store/index";
import {
  type CallPlan,
  callId,
  type Form,
  formSpec,
  type Generation,
  generationRequests,
  makeSet,
  planCalls,
  QUESTIONS_PER_CALL,
  type SampleSet,
  type Seed,
  type SetOptions,
  type Split,
  seedOrder,
} from "../synthesis/index";
import { askStep } from "./ask-step";
import { type Backend, requestedModel } from "./backend";
import { REJECTED, withHint, writeLines, writeRejected, writeSampleSet } from "./sample-files";
import { inlineStep, type Step } from "./step";

/** How a source's samples are screened, balanced and divided. */
export interface ScreeningOptions {
  /** Id of the source; part of each sample's id. */
  source: string;
  thresholds: SetOptions["thresholds"];
  /** Random seed for balancing letters; without it, options keep their order. */
  balance?: number;
  split: Split;
  form: Form;
  /** The steps that determine the known texts, and anything else that does. */
  needs: Step[];
  knownSpec?: unknown;
  /** Texts that no sample may resemble. */
  known(): readonly KnownText[];
}

/** How a source of training text is asked, and how its replies are used. */
export interface SourceOptions extends ScreeningOptions {
  backend: Backend;
  /** Seed questions, as the prompt shows them. */
  seeds: readonly Seed["written"][];
  generation: Omit<Generation, "model">;
  plan: CallPlan;
  /** Called after each round, with the samples of all calls so far. */
  onRound?(set: SampleSet): void;
}

/** The steps of one source of training text. */
export interface SourceSteps {
  /** The raw replies: a run that grows. A change of thresholds or sizes does not ask for them again. A dataset has none. */
  replies?: Step;
  /** The samples that were kept, divided into training sets and validation. */
  samples: Step;
  /** For checked text: the source, the samples that it wrote, and the step that asks about them again. */
  check?: { source: string; orders: number; written: Step; asked: Step };
}

/**
 * Version of reading, screening, balancing and dividing: change it when equal replies give other samples than before.
 */
export const RULES = 4;

/** The steps by which a source generates training text (paper, sections 3.1 and 4.1). */
export function sourceSteps(root: string, options: SourceOptions): Required<Pick<SourceSteps, "replies" | "samples">> {
  const replies = repliesStep(root, options, () => samples.run.state() === "done");
  const samples: Step = samplesStep(root, options, replies);
  return { replies, samples };
}

/** Requests that are made of those that are expected; they differ in the order of the seed questions only. */
const MAX_MADE = 20;

/** The id of the replies depends on the requests alone: on the backend, the prompt and the decoding. */
function repliesStep(root: string, options: SourceOptions, samplesAreDone: () => boolean): Step {
  const { source, backend, seeds, needs, onRound } = options;
  const generation = { ...options.generation, model: requestedModel(backend) };
  const { model: _, ...call } = generationRequests(seeds, generation, 1)[0]!.body; // the backend says which model
  const knownIsThere = () => needs.every((need) => need.run.state() === "done");
  const step: Step = askStep(root, {
    name: `${source} generates samples`,
    group: "synthesis",
    run: `replies-${toRunName(source)}`,
    backend,
    spec: { call: hashOf(call), generationSeed: generation.seed, seeds: hashOf(seeds) },
    needs: [],
    typicalReply: renderQuestions(seeds.slice(0, QUESTIONS_PER_CALL)),
    expected: () => {
      const asked = step.run.state() === "damaged" ? 0 : step.run.records().length;
      const count = Math.max(asked, Math.ceil(options.plan.wanted / options.plan.perCall));
      const most = Math.max(count, options.plan.maxCalls);
      return { requests: generationRequests(seeds, generation, Math.min(count, MAX_MADE)), count, most };
    },
    requests: () => {
      const { calls } = planRounds(step.run, options);
      writeLines(join(root, step.run.path("calls.jsonl")), shownSeeds(seeds.length, generation, calls));
      return generationRequests(seeds, generation, calls);
    },
    needsMore: () => {
      let rejected = "";
      const onSet = (set: SampleSet) => {
        rejected = writeRejected(root, step.run, set);
        onRound?.(set);
      };
      const { enough } = withHint(
        () => planRounds(step.run, options, onSet),
        () => rejected,
      );
      if (enough) rmSync(join(root, step.run.path(REJECTED)), { force: true }); // the samples' run has all of it
      return !enough;
    },
    isEnough: () => samplesAreDone() || (knownIsThere() && hasEnough(step.run, options)),
  });
  // The known texts decide how many calls are needed, so they come first; they change no reply, so they are not
  // parents.
  return { ...step, needs };
}

/** Which seed questions each call shows, in which order. */
const shownSeeds = (seeds: number, generation: Generation, calls: number) =>
  Array.from({ length: calls }, (_, call) => ({ call: callId(call), seeds: seedOrder(seeds, generation, call) }));

/** The calls of a run so far, and the samples that they gave. */
interface Rounds {
  /** Calls of all rounds that are planned so far. */
  calls: number;
  /** Whether they gave enough samples. */
  enough: boolean;
  /** The samples of all answered rounds; absent before the first. */
  set?: SampleSet;
}

/**
 * Reads and screens the replies of a run so far, and plans the number of calls.
 *
 * @param onSet called with the samples of all answered rounds, also if these are too few
 * @throws WovError as `planCalls`
 */
function planRounds(
  run: Run,
  { source, plan, known, thresholds, balance }: SourceOptions,
  onSet?: (set: SampleSet) => void,
): Rounds {
  const texts = textsById(run.records(), run.path("records.jsonl"));
  const options = { source, known: known(), thresholds, balance };
  let set: SampleSet | undefined;
  try {
    const planned = planCalls(plan, (calls) => {
      const ids = Array.from({ length: calls }, (_, call) => callId(call));
      if (!ids.every((id) => texts.has(id))) return undefined;
      set = makeSet(new Map(ids.map((id) => [id, texts.get(id)!])), options);
      return set.kept.length;
    });
    return { ...planned, set };
  } finally {
    if (set) onSet?.(set);
  }
}

/** Whether a run holds the replies of all rounds; false if the source was given up. */
function hasEnough(run: Run, options: SourceOptions): boolean {
  try {
    return planRounds(run, options).enough;
  } catch (error) {
    if (error instanceof WovError) return false;
    throw error;
  }
}

/** Reads the replies, screens the samples, and divides them. The run's records are the samples that were kept. */
function samplesStep(root: string, options: SourceOptions, replies: Step): Step {
  const { source, thresholds, balance, split, form, knownSpec } = options;
  const { maxCalls: _, ...plan } = options.plan; // a limit: it decides whether there is a result, not which
  return inlineStep(root, {
    name: `screen and divide what ${source} generated`,
    group: "synthesis",
    needs: [...options.needs, replies],
    run: {
      step: "samples",
      name: toRunName(source),
      spec: { rules: RULES, source, plan, thresholds, balance, split, form: formSpec(form), known: knownSpec },
    },
    work: async (run) => {
      const { set } = planRounds(replies.run, options);
      writeSampleSet(root, run, set!, split, form);
      return { counts: set!.counts };
    },
  });
}
