import { readStrict } from "../answers/index";
import { type Decoding, type Request, textRequest } from "../ask/index";
import { type Interval, wilson } from "../stats/index";
import { type Form, type Sample, trainingPrompt } from "../synthesis/index";

/** How often another model, which does not see the samples' answers, agrees with them. */
export interface BlindAgreement {
  samples: number;
  agree: number;
  differ: number;
  /** Replies from which no choice could be read. */
  unparsed: number;
  /** agree / samples */
  agreement: number;
  interval: Interval;
  /** Ids of the samples on whose answers both agree. */
  agreed: string[];
  /** The first few others: the given answer, and the one that the other model chose. */
  examples: { id: string; given: string; chosen: string | null }[];
}

const MAX_EXAMPLES = 10;

/** A request for each sample: its training prompt, without its answer. */
export const blindRequests = (samples: readonly Sample[], decoding: Decoding, form?: Form): Request[] =>
  samples.map((sample) => textRequest(sample.id, trainingPrompt(sample, form), decoding));

/**
 * How often the other model agrees with the samples' answers. This is an estimate of how often a source's answers are
 * right; the paper does not measure it.
 *
 * @param replies the other model's replies, by sample id
 */
export function agreementOf(samples: readonly Sample[], replies: ReadonlyMap<string, string>): BlindAgreement {
  const read = samples.map((sample) => ({
    id: sample.id,
    given: sample.answer,
    chosen: readStrict(replies.get(sample.id) ?? "", sample.options),
  }));
  const agreed = read.filter(({ given, chosen }) => given === chosen).map(({ id }) => id);
  const unparsed = read.filter(({ chosen }) => chosen === null).length;
  return {
    samples: samples.length,
    agree: agreed.length,
    differ: samples.length - agreed.length - unparsed,
    unparsed,
    agreement: agreed.length / samples.length,
    interval: wilson(agreed.length, samples.length),
    agreed,
    examples: read.filter(({ given, chosen }) => given !== chosen).slice(0, MAX_EXAMPLES),
  };
}
