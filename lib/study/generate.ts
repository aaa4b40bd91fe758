import type { Request } from "../ask/index";
import { lockStudy, type Outcome, openRun, type Run, sha256 } from "../store/index";
import {
  type CallPlan,
  type Form,
  type Generation,
  generationRequests,
  planCalls,
  type SampleSet,
  type Seed,
  type SetOptions,
  type Split,
} from "../synthesis/index";
import { recordCalls, setOfCalls } from "./accepted";
import { leaveSet } from "./sample-files";

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
  const name = options.source.replace(/[^\w.-]+/g, "-");
  const replies = openRun(root, { step: "ask", name: `replies-${name}`, spec, parents: [] });
  const samples = openRun(root, { step: "samples", name, spec: { split, form }, parents: [replies.id] });
  const release = lockStudy(root);
  try {
    for (;;) {
      const sets = setOfCalls(replies, options);
      const { calls, enough } = planCalls(plan, (n) => {
        const set = sets(n);
        if (set) onRound(set);
        return set?.kept.length;
      });
      if (enough) return finish(sets(calls)!);
      if (replies.complete()) throw new Error("a complete run lacks replies");
      replies.begin();
      recordCalls(root, replies, seeds.length, how, calls);
      const outcome = await ask(replies, generationRequests(written, how, calls));
      const now = setOfCalls(replies, options);
      if (planCalls(plan, (n) => now(n)?.kept.length).enough) replies.finish(outcome);
    }
  } finally {
    release();
  }

  function finish(set: SampleSet): GeneratedSamples {
    if (!samples.complete()) {
      samples.begin();
      leaveSet(root, samples, set, split, form);
      samples.finish({ counts: set.counts });
    }
    return { replies, samples, set };
  }
}
