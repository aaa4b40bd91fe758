import type { Option } from "../benchmark/index";

/**
 * How likely a model is to begin its reply with each option: log-probabilities in nats, by the options' letters, as
 * jobs record them beside replies (`decoding.likelihood` of a profile).
 */
export interface Likelihood {
  /** Of the letter. */
  letter?: Readonly<Record<string, number>>;
  /** Of the option's text, the mean over its tokens. */
  text?: Readonly<Record<string, number>>;
}

/** By item index. */
export type Likelihoods = ReadonlyMap<number, Likelihood>;

/** The most likely option; null if one of them has no value, or two have the highest. */
export function mostLikely(values: Likelihood["letter"], options: readonly Option[]): string | null {
  const known = options.map(({ letter }) => values?.[letter] ?? Number.NaN);
  const highest = Math.max(...known);
  const best = options.filter((_, i) => known[i] === highest);
  return best.length === 1 ? best[0]!.letter : null;
}
