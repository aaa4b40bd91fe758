import { type Scores, scoreReplies } from "../answers/index";
import { textsById } from "../ask/index";
import type { Item } from "../benchmark/index";
import { WovError } from "../errors";
import { seedQuestions } from "../pocket/index";
import type { WrittenQuestion } from "../prompts/index";
import { describeSamples, type LetterCounts, type Rejection, type Sample, type SampleStats } from "../synthesis/index";
import type { Profile } from "./profile";
import { readLetters, readRejected } from "./sample-files";
import { readItems } from "./scenes";
import { type Step, stateOf } from "./step";
import { inOrder, ownSource, type Steps } from "./steps";
import type { Writing } from "./writing";

/** A model's answers to the benchmark, scored. */
export interface Result extends Scores {
  model: string;
  label: string;
  /** The run whose replies were scored. */
  run: string;
}

/** What became of what a source wrote. */
export interface Written {
  source: string;
  label: string;
  counts: Record<string, number>;
  /** How often each letter is right, as written and after balancing. */
  letters: { written: LetterCounts; balanced: LetterCounts };
  looks: SampleStats;
  /** Replies as they came, by call: those of the samples shown here. */
  replies: Record<string, string>;
  /** The first few samples that stayed, and of each reason one that did not. */
  kept: Sample[];
  rejected: Rejection[];
}

/** All that tables, figures and notebooks show, computed from finished runs. */
export interface Findings {
  profile: string;
  /** The sentence that each table and figure carries. */
  evidence: string;
  /** Labels of models and sources, by id. */
  labels: { models: Record<string, string>; sources: Record<string, string> };
  /** Each VLM's base language model. */
  bases: Record<string, string>;
  items: Item[];
  /** Caption of each item, in the items' order. */
  captions: string[];
  table1: (Result & { input: "image" | "caption" })[];
  /** `own`: the source is the VLM's own base model. */
  table2: (Result & { source: string; size: number; own: boolean })[];
  controls: (Result & { control: "own-labels" | "shuffled-pictures" })[];
  written: Written[];
  training: { model: string; source: string; size: number; seconds: number; loss: { step: number; loss: number }[] }[];
  seeds: WrittenQuestion[];
  runs: { id: string; name: string; seconds: number }[];
}

/** How many samples of each kind the findings carry along. */
const MAX_SHOWN = 12;
const MAX_SHOWN_REJECTED = 1;

/** Computes the findings; all steps must be done. */
export function computeFindings(root: string, profile: Profile, steps: Steps): Findings {
  const all = inOrder(steps);
  const open = all.filter((step) => stateOf(root, step) !== "done");
  if (open.length)
    throw new WovError(`${open.length} steps are not done yet, the first: ${open[0]!.name}. Run \`npm run study\``);
  const items = readItems(root, steps.scenes);
  const score = (model: string, step: Step): Result => ({
    model,
    label: profile.models[model]!.label,
    run: step.run.id,
    ...scoreStep(items, step),
  });
  const entries = Object.entries;
  const captions = textsById(steps.pilot.captions.run.records(), steps.pilot.captions.name);
  return {
    profile: profile.name,
    evidence: profile.evidence,
    labels: { models: labelsOf(profile.models), sources: labelsOf(profile.sources) },
    bases: Object.fromEntries(entries(profile.models).flatMap(([id, { base }]) => (base ? [[id, base]] : []))),
    items,
    captions: items.map((item) => captions.get(String(item.index)) ?? ""),
    table1: [
      ...entries(steps.pilot.fromCaptions).map(([m, step]) => ({ ...score(m, step), input: "caption" as const })),
      ...entries(steps.pilot.pictures).map(([m, step]) => ({ ...score(m, step), input: "image" as const })),
    ],
    table2: steps.trained.map(({ model, source, size, evaluate }) => ({
      ...score(model, evaluate),
      source,
      size,
      own: source === ownSource(profile, model),
    })),
    controls: [
      ...entries(steps.controls.ownLabels).map(([m, t]) => ({
        ...score(m, t.evaluate),
        control: "own-labels" as const,
      })),
      ...entries(steps.controls.shuffled).map(([m, step]) => ({
        ...score(m, step),
        control: "shuffled-pictures" as const,
      })),
    ],
    written: entries(steps.writing).map(([source, writing]) => describeWriting(root, profile, source, writing)),
    training: steps.trained.map(({ model, source, size, train }) => ({
      model,
      source,
      size,
      seconds: train.run.manifest()!.seconds,
      loss: train.run
        .records<{ step: number; loss?: number }>()
        .flatMap(({ step, loss }) => (loss === undefined ? [] : [{ step, loss }])),
    })),
    seeds: seedQuestions(),
    runs: all.map(({ name, run }) => ({ id: run.id, name, seconds: run.manifest()!.seconds })),
  };
}

function describeWriting(root: string, profile: Profile, source: string, { replies, samples }: Writing): Written {
  const { run } = samples;
  const [kept, rejected] = [run.records<Sample>(), readRejected(root, run)];
  const texts = textsById(replies.run.records(), replies.name);
  const shown = { kept: kept.slice(0, MAX_SHOWN), rejected: firstOfEach(rejected) };
  const calls = new Set([...shown.kept, ...shown.rejected].map(({ call }) => call));
  return {
    source,
    label: profile.sources[source]!.label,
    counts: run.manifest()!.counts,
    letters: readLetters(root, run),
    looks: describeSamples(kept, rejected, profile.seed),
    replies: Object.fromEntries([...calls].map((call) => [call, texts.get(call)!])),
    ...shown,
  };
}

/** The first of each reason. */
function firstOfEach(rejected: readonly Rejection[]): Rejection[] {
  const reasons = [...new Set(rejected.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => rejected.filter((one) => one.reason === reason).slice(0, MAX_SHOWN_REJECTED));
}

function scoreStep(items: Item[], step: Step): Scores {
  const texts = textsById(step.run.records(), step.name);
  return scoreReplies(items, (item) => texts.get(String(item.index)) ?? "");
}

const labelsOf = (named: Record<string, { label: string }>) =>
  Object.fromEntries(Object.entries(named).map(([id, { label }]) => [id, label]));
