import type { Request } from "../ask/index";
import { type Outcome, openRun, type Run, sha256, toRunName } from "../store/index";
import {
  type CallPlan,
  type Form,
  type Generation,
  generationRequests,
  type SampleSet,
  type Seed,
  type SetOptions,
  type Split,
} from "../synthesis/index";
import { planRounds, recordCalls } from "./rounds";
import { writeSampleSet } from "./sample-files";

/** Samples written by any model, outside of any profile. */
export interface SampleGeneration {
  seeds: readonly Seed[];
  how: Generation;
  plan: CallPlan;
  set: SetOptions;
  split: Split;
  form: Form;
}

/** What asking for samples leaves. */
export interface GeneratedSamples {
  replies: Run;
  samples: Run;
  set: SampleSet;
}

/** Asks all of some requests that have no reply in the run: live, or through a batch API. */
export type AskAll = (run: Run, requests: readonly Request[]) => Promise<Outcome>;

/**
 * Has samples written until as many as are wanted are left after screening, round after round, then divides them.
 * The second time, and after being cut off, nothing is asked that has a reply.
 *
 * @param onRound hears what the calls so far have left
 */
export async function generateSamples(
  root: string,
  { seeds, how, plan, set: options, split, form }: SampleGeneration,
  ask: AskAll,
  onRound: (set: SampleSet) => void,
): Promise<GeneratedSamples> {
  const written = seeds.map((seed) => seed.written);
  const first = sha256(JSON.stringify(generationRequests(written, how, 1)));
  const { known, ...rules } = options;
  const spec = { call: first, plan, rules, known: sha256(JSON.stringify(known)) };
  const name = toRunName(options.source);
  const replies = openRun(root, { step: "ask", name: `replies-${name}`, spec, parents: [] });
  const samples = openRun(root, { step: "samples", name, spec: { split, form }, parents: [replies.id] });
  const release = replies.lock();
  let outcome: Outcome | undefined;
  try {
    for (;;) {
      const { calls, enough, set } = planRounds(replies, plan, options);
      if (set) onRound(set);
      const requests = generationRequests(written, how, calls);
      if (enough) {
        // Killed between the last reply and the manifest, the run asks nothing more, but still has to be completed.
        if (!replies.complete()) replies.finish(outcome ?? (await ask(replies, requests)));
        return finish(set!);
      }
      replies.begin();
      recordCalls(root, replies, seeds.length, how, calls);
      outcome = await ask(replies, requests);
    }
  } finally {
    release();
  }

  function finish(set: SampleSet): GeneratedSamples {
    if (!samples.complete()) {
      samples.begin();
      writeSampleSet(root, samples, set, split, form);
      samples.finish({ counts: set.counts });
    }
    return { replies, samples, set };
  }
}
