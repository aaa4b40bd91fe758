import { tally } from "../count";
import { createRandom } from "../random";
import { LETTERS, type Sample } from "./sample";

/** How often each letter is the right one. */
export type LetterCounts = Record<string, number>;

/** A sample whose options may have been reordered. */
export interface BalancedSample extends Sample {
  /** Former positions of the options, from 0, in their new order; absent if the order is unchanged. */
  order?: number[];
}

/** Text that refers to positions, such as "both A and C" or "all of the above", would mean something else if moved. */
const NAMES_PLACES =
  /\b(?:[A-H] (?:and|or|&) [A-H]|(?:options?|choices?|answers?) \(?[A-H]\b|of the above|of these|of them)/i;

/** Whether a text refers to options by letter or position. */
export const namesPlaces = (text: string): boolean => NAMES_PLACES.test(text);

/**
 * Reorders options so that each letter is right about equally often, and the position is no cue. The draw is seeded and
 * recorded with each sample. Samples whose question or options refer to positions keep their order.
 */
export function balanceLetters(samples: readonly Sample[], seed: number): BalancedSample[] {
  const random = createRandom("balance", seed);
  const next = new Map<number, number>();
  const turn = new Map(
    random.shuffle([...samples].sort((a, b) => (a.id < b.id ? -1 : 1))).map((sample) => {
      const n = sample.options.length;
      const at = next.get(n) ?? 0;
      next.set(n, at + 1);
      return [sample.id, at % n] as const;
    }),
  );
  return samples.map((sample) => {
    if ([sample.question, ...sample.options.map(({ text }) => text)].some(namesPlaces)) return sample;
    return moveRight(sample, turn.get(sample.id)!, createRandom("balance", seed, sample.id).shuffle);
  });
}

function moveRight(sample: Sample, place: number, shuffle: <T>(from: readonly T[]) => T[]): BalancedSample {
  const right = sample.options.findIndex(({ letter }) => letter === sample.answer);
  const order = shuffle(sample.options.map((_, i) => i).filter((i) => i !== right));
  order.splice(place, 0, right);
  const options = order.map((from, to) => ({ letter: LETTERS[to]!, text: sample.options[from]!.text }));
  return { ...sample, options, answer: LETTERS[place]!, order };
}

/** How often each letter is right, in alphabetical order. */
export const countLetters = (samples: readonly Sample[]): LetterCounts =>
  tally(samples.map(({ answer }) => answer).sort());
