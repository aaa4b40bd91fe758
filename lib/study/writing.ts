import { askRun, textsById } from "../ask/index";
import { seedQuestions, startTeacher } from "../pocket/index";
import { renderQuestions } from "../prompts/index";
import { openRun, type Run, sha256 } from "../store/index";
import {
  EXPECTED_PER_CALL,
  type Form,
  type Generation,
  generationRequests,
  knownTexts,
  makeSet,
  readSamples,
  type SetOptions,
} from "../synthesis/index";
import { askStep } from "./asking";
import type { Profile } from "./profile";
import { planRounds, recordCalls } from "./rounds";
import { writeSampleSet } from "./sample-files";
import { readItems } from "./scenes";
import type { Step } from "./step";

/** What one source writes, and what is left of it. */
export interface Writing {
  replies: Step;
  samples: Step;
}

/** The benchmark whose texts are kept out: its items, and the captions of their pictures. */
export interface Guarded {
  scenes: Step;
  captions: Step;
}

/** Requests in flight at once at the teacher's endpoint. */
const CONCURRENCY = 8;
/** Changes when equal replies are read, screened or balanced otherwise than before. */
const RULES = 2;

/** The steps by which a source writes training text (paper, section 3.1 and 4.1). */
export function writingSteps(root: string, profile: Profile, guarded: Guarded, source: string): Writing {
  const replies = repliesStep(root, profile, guarded, source);
  return { replies, samples: samplesStep(root, profile, guarded, source, replies) };
}

function repliesStep(root: string, profile: Profile, guarded: Guarded, source: string): Step {
  const from = profile.sources[source]!;
  const model = from.kind === "model" ? from.model : "teacher";
  const { max_tokens: maxTokens, examples } = profile.synthesis;
  const how: Generation = { model, seed: profile.seed, maxTokens, examples };
  const plan = { wanted: wantedOf(profile), perCall: from.per_call ?? EXPECTED_PER_CALL, maxCalls: from.max_calls };
  const needs = [guarded.scenes, guarded.captions];
  // One call holds what determines all of them but for the draw, and how many there are hangs on what is kept.
  const spec = {
    call: sha256(JSON.stringify(generationRequests(seedQuestions(), how, 1))),
    plan,
    rules: rulesOf(profile),
  };
  const name = `${source} writes questions`;
  const next = (run: Run) => planRounds(run, plan, setOptions(root, profile, guarded, source));
  const requestsOf = (run: Run) => {
    const { calls } = next(run);
    run.begin();
    recordCalls(root, run, seedQuestions().length, how, calls);
    return generationRequests(seedQuestions(), how, calls);
  };
  if (from.kind === "model") {
    const step: Step = askStep(root, profile, {
      name,
      group: "synthesis",
      run: `replies-${source}`,
      model,
      spec,
      needs,
      requests: () => requestsOf(step.run),
      more: () => !next(step.run).enough,
    });
    return step;
  }
  const run = openRun(root, {
    step: "ask",
    name: `replies-${source}`,
    spec: { ...spec, teacher: 1 },
    parents: needs.map((need) => need.run.id),
  });
  return {
    name,
    group: "synthesis",
    run,
    needs,
    work: {
      kind: "here",
      do: async (onProgress) => {
        const teacher = await startTeacher();
        const endpoint = { baseURL: teacher.baseURL, apiKey: "none", concurrency: CONCURRENCY };
        try {
          for (;;) {
            const outcome = await askRun({ root, run, endpoint, requests: requestsOf(run), onProgress });
            if (next(run).enough) return outcome;
          }
        } finally {
          await teacher.close();
        }
      },
    },
  };
}

/** Samples that the largest training set and validation take together. */
const wantedOf = ({ sizes, synthesis }: Profile) => Math.max(...sizes) + synthesis.validation;

/** What determines which samples are kept of equal replies. */
const rulesOf = ({ synthesis: { duplicate, contamination, contamination_options, balance }, seed }: Profile) => ({
  rules: RULES,
  duplicate,
  contamination,
  contamination_options,
  balance,
  seed,
});

function setOptions(root: string, profile: Profile, { scenes, captions }: Guarded, source: string): SetOptions {
  const { duplicate, contamination, contamination_options: contaminationOptions, balance } = profile.synthesis;
  const seeds = readSamples(renderQuestions(seedQuestions()), "seeds", "").samples;
  const texts = textsById(captions.run.records(), captions.name);
  return {
    source,
    known: knownTexts(readItems(root, scenes), texts, seeds),
    thresholds: { duplicate, contamination, contaminationOptions },
    balance: balance ? profile.seed : undefined,
  };
}

/** What is in prompt and completion of the training text. */
export const formOf = ({ synthesis: { prompt, completion } }: Profile): Form => ({ prompt, completion });

/** Reads the replies, screens what they hold, and divides it; the run's records are the samples that stay. */
function samplesStep(root: string, profile: Profile, guarded: Guarded, source: string, replies: Step): Step {
  const needs = [guarded.scenes, guarded.captions, replies];
  const { validation, cluster, subsets } = profile.synthesis;
  const split = { validation, cluster, subsets, sizes: profile.sizes, seed: profile.seed };
  const spec = { ...rulesOf(profile), ...split, form: formOf(profile) };
  const run = openRun(root, { step: "samples", name: source, spec, parents: needs.map((need) => need.run.id) });
  return {
    name: `read and screen what ${source} wrote`,
    group: "synthesis",
    run,
    needs,
    work: {
      kind: "here",
      do: async () => {
        const set = makeSet(textsById(replies.run.records(), replies.name), setOptions(root, profile, guarded, source));
        writeSampleSet(root, run, set, split, formOf(profile));
        return { counts: set.counts };
      },
    },
  };
}
