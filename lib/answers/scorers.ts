import type { Option } from "../benchmark/index";
import { type Likelihood, mostLikely } from "./likelihood";
import { readPraxis } from "./praxis";
import { readStrict } from "./strict";
import { readViva } from "./viva";

/** Finds the letter of the chosen option; null if it cannot. The gold letter is not used. */
export type Reader = (reply: string, options: readonly Option[], likelihood?: Likelihood) => string | null;

/** Those that read the reply: the kit's own, and the authors' two. */
export const readers = { strict: readStrict, viva: readViva, praxis: readPraxis } satisfies Record<string, Reader>;

/** Those that take the most likely option, by its letter or by its text, and need no reading. */
const byLikelihood: Record<"likelihood" | "likelihood-text", Reader> = {
  likelihood: (_, options, likelihood) => mostLikely(likelihood?.letter, options),
  "likelihood-text": (_, options, likelihood) => mostLikely(likelihood?.text, options),
};

export const scorers = { ...readers, ...byLikelihood };
export type Scorer = keyof typeof scorers;

/** The scorers that can say something about replies with these likelihoods. */
export const scorersFor = (likelihoods: Iterable<Likelihood>): Scorer[] => {
  const given = [...likelihoods];
  const names: Scorer[] = Object.keys(readers) as (keyof typeof readers)[];
  if (given.some(({ letter }) => letter)) names.push("likelihood");
  if (given.some(({ text }) => text)) names.push("likelihood-text");
  return names;
};
