import { WovError } from "../errors";
import { createRandom } from "../random";
import { groupSimilar } from "../screen/index";
import type { Sample } from "./sample";
import { toScreenable } from "./screenable";

/** How samples are divided. */
export interface Split {
  /** Samples that are kept for validation; none where it is 0. */
  validation: number;
  /** Sizes of the training subsets. */
  sizes: readonly number[];
  /** "nested": the smaller lies in the larger; "random": each is drawn by itself, as the paper may have done. */
  subsets: "nested" | "random";
  /** Similarity from which two samples are never divided between training and validation. */
  cluster: number;
  seed: number;
}

/** Samples for training, by size, and for validation. */
export interface SplitSamples<T> {
  training: Map<number, T[]>;
  validation: T[];
}

/**
 * Divides samples by a seeded draw that does not depend on their order. Samples that resemble each other stay on
 * one side, so that validation does not ask what training has said already.
 *
 * @throws WovError where there are too few
 */
export function splitSamples<T extends Sample>(samples: readonly T[], how: Split): SplitSamples<T> {
  const random = createRandom("split", how.seed);
  const inOrder = random.shuffle([...samples].sort((a, b) => (a.id < b.id ? -1 : 1)));
  const validation = chooseValidation(inOrder, how);
  const left = inOrder.filter((sample) => !validation.has(sample));
  const largest = Math.max(...how.sizes);
  if (left.length < largest || validation.size < ENOUGH * how.validation)
    throw new WovError(
      `${samples[0]?.source ?? "the source"} gave ${samples.length} usable samples; ${largest} are wanted for training ` +
        `and ${how.validation} for validation: raise 'max_calls' of this source in the profile, or lower 'sizes'`,
    );
  const subset = (size: number) =>
    (how.subsets === "nested" ? left : createRandom("split", how.seed, size).shuffle(left)).slice(0, size);
  return {
    training: new Map(how.sizes.map((size) => [size, subset(size)])),
    validation: inOrder.filter((sample) => validation.has(sample)),
  };
}

/** Groups are not divided: where none fits any more, validation may be a little smaller. */
const ENOUGH = 0.9;

/** Whole groups of similar samples, as they come, until the wanted number is there. */
function chooseValidation<T extends Sample>(samples: readonly T[], { validation, cluster }: Split): Set<T> {
  const chosen = new Set<T>();
  if (validation === 0) return chosen;
  const group = groupSimilar(samples.map(toScreenable), cluster);
  const members = new Map<number, T[]>();
  samples.forEach((sample, i) => {
    members.set(group[i]!, [...(members.get(group[i]!) ?? []), sample]);
  });
  for (const some of members.values()) {
    if (chosen.size + some.length <= validation) for (const sample of some) chosen.add(sample);
    if (chosen.size === validation) break;
  }
  return chosen;
}
