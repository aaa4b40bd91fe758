import { join } from "node:path";
import { textsById } from "../ask/index";
import { WovError } from "../errors";
import type { Known } from "../screen/index";
import { hashOf, openRun, type Run, toRunName } from "../store/index";
import {
  type CallPlan,
  callId,
  type Form,
  type Generation,
  generationRequests,
  makeSet,
  planCalls,
  type SampleSet,
  type Seed,
  type SetOptions,
  type Split,
  seedOrder,
} from "../synthesis/index";
import { askStep } from "./ask-step";
import type { Backend } from "./backend";
import { writeLines, writeSampleSet } from "./sample-files";
import type { Step } from "./step";

/** How a source of training text is asked, and what becomes of its replies. */
export interface SourceOptions {
  /** Id of the source; part of each sample's id. */
  source: string;
  backend: Backend;
  /** Seed questions, as the prompt shows them. */
  seeds: readonly Seed["written"][];
  generation: Omit<Generation, "model">;
  plan: CallPlan;
  thresholds: SetOptions["thresholds"];
  /** Seed of the balancing of letters; none where options stay as they were written. */
  balance?: number;
  split: Split;
  form: Form;
  /** The steps, and anything else, that determine the known texts. */
  needs: Step[];
  knownSpec?: unknown;
  /** Texts that no sample may come too near to. */
  known(): readonly Known[];
  /** Hears what the calls so far have left, after each round. */
  onRound?(set: SampleSet): void;
}

/** The steps of one source of training text. */
export interface SourceSteps {
  /** The replies as they came: a run that grows, and that no change of thresholds or sizes asks for again. */
  replies: Step;
  /** What is left of them, divided into training sets and validation. */
  samples: Step;
}

/** Changes when equal replies are read, screened, balanced or divided otherwise than before. */
const RULES = 3;

/** The steps by which a source generates training text (paper, sections 3.1 and 4.1). */
export function sourceSteps(root: string, options: SourceOptions): SourceSteps {
  const replies = repliesStep(root, options, () => samples.run.state() === "done");
  const samples: Step = samplesStep(root, options, replies);
  return { replies, samples };
}

/** The id of the replies depends on the requests alone: on the backend, the prompt and the decoding. */
function repliesStep(root: string, options: SourceOptions, samplesAreDone: () => boolean): Step {
  const { source, backend, seeds, needs, onRound } = options;
  const generation = { ...options.generation, model: backend.name };
  const { model: _, ...call } = generationRequests(seeds, generation, 1)[0]!.body; // the backend says which model
  const knownIsThere = () => needs.every((need) => need.run.state() === "done");
  const step: Step = askStep(root, {
    name: `${source} generates samples`,
    group: "synthesis",
    run: `replies-${toRunName(source)}`,
    backend,
    spec: { call: hashOf(call), generationSeed: generation.seed, seeds: hashOf(seeds) },
    needs: [],
    requests: () => {
      const { calls } = planRounds(step.run, options);
      writeLines(join(root, step.run.path("calls.jsonl")), shownSeeds(seeds.length, generation, calls));
      return generationRequests(seeds, generation, calls);
    },
    needsMore: () => {
      const { enough, set } = planRounds(step.run, options);
      if (set) onRound?.(set);
      return !enough;
    },
    isEnough: () => samplesAreDone() || (knownIsThere() && hasEnough(step.run, options)),
  });
  // The known texts decide how many calls are needed, so they come first; they decide no reply, so they are no parents.
  return { ...step, needs };
}

/** Which seed questions each call shows, in which order. */
const shownSeeds = (seeds: number, generation: Generation, calls: number) =>
  Array.from({ length: calls }, (_, call) => ({ call: callId(call), seeds: seedOrder(seeds, generation, call) }));

/** The calls of a run so far, and what they leave. */
interface Rounds {
  /** Calls of all rounds that are planned by now. */
  calls: number;
  /** Whether they leave as many samples as are wanted. */
  enough: boolean;
  /** What the last round that is answered left; absent before the first. */
  set?: SampleSet;
}

/** Reads and screens what the calls of a run have left, and plans how many there are to be. @throws WovError as `planCalls` */
function planRounds(run: Run, { source, plan, known, thresholds, balance }: SourceOptions): Rounds {
  const texts = textsById(run.records(), run.path("records.jsonl"));
  const options = { source, known: known(), thresholds, balance };
  let set: SampleSet | undefined;
  const planned = planCalls(plan, (calls) => {
    const ids = Array.from({ length: calls }, (_, call) => callId(call));
    if (!ids.every((id) => texts.has(id))) return undefined;
    set = makeSet(new Map(ids.map((id) => [id, texts.get(id)!])), options);
    return set.kept.length;
  });
  return { ...planned, set };
}

/** Whether a run holds the replies of all rounds; a source that was given up has not enough. */
function hasEnough(run: Run, options: SourceOptions): boolean {
  try {
    return planRounds(run, options).enough;
  } catch (error) {
    if (error instanceof WovError) return false;
    throw error;
  }
}

/** Reads the replies, screens what they hold, and divides it; the run's records are the samples that stay. */
function samplesStep(root: string, options: SourceOptions, replies: Step): Step {
  const { source, thresholds, balance, split, form, knownSpec } = options;
  const { maxCalls: _, ...plan } = options.plan; // a budget: it decides whether there is a result, not which
  const needs = [...options.needs, replies];
  const run = openRun(root, {
    step: "samples",
    name: toRunName(source),
    spec: { rules: RULES, source, plan, thresholds, balance, split, form, known: knownSpec },
    parents: needs.map((need) => need.run.id),
  });
  return {
    name: `screen and divide what ${source} generated`,
    group: "synthesis",
    run,
    needs,
    uses: "cpu",
    work: {
      kind: "inline",
      run: async () => {
        const { set } = planRounds(replies.run, options);
        writeSampleSet(root, run, set!, split, form);
        return { counts: set!.counts };
      },
    },
  };
}
