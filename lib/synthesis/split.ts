import { WovError } from "../errors";
import { createRandom } from "../random";
import { groupSimilar } from "../screen/index";
import type { Sample } from "./sample";
import { toScreenable } from "./screenable";

/** How samples are split. */
export interface Split {
  /** Number of validation samples; may be 0. */
  validation: number;
  /** Sizes of the training subsets. */
  sizes: readonly number[];
  /**
   * "nested": each subset contains the smaller ones; "random": each is drawn independently, as the paper may have done.
   */
  subsets: "nested" | "random";
  /** Two samples at least this similar are never split between training and validation. */
  cluster: number;
  seed: number;
}

/** Samples for training, by size, and for validation. */
export interface SampleSplit<T> {
  training: Map<number, T[]>;
  validation: T[];
}

/**
 * Splits samples by a seeded draw that does not depend on their order. Similar samples stay on one side, so that
 * validation asks nothing that training has shown.
 *
 * @throws WovError if there are too few
 */
export function splitSamples<T extends Sample>(samples: readonly T[], options: Split): SampleSplit<T> {
  const random = createRandom("split", options.seed);
  const shuffled = random.shuffle([...samples].sort((a, b) => (a.id < b.id ? -1 : 1)));
  const validation = chooseValidation(shuffled, options);
  const left = shuffled.filter((sample) => !validation.has(sample));
  const largest = Math.max(...options.sizes);
  if (left.length < largest || validation.size < MIN_VALIDATION_SHARE * options.validation)
    throw new WovError(
      `${samples[0]?.source ?? "the source"} gave ${samples.length} usable samples; ${largest} are needed for training ` +
        `and ${options.validation} for validation: lower the 'sizes' of this source in the profile or, if it is asked for more ` +
        "text, raise its 'max_calls'",
    );
  const subset = (size: number) =>
    (options.subsets === "nested" ? left : createRandom("split", options.seed, size).shuffle(left)).slice(0, size);
  return {
    training: new Map(options.sizes.map((size) => [size, subset(size)])),
    validation: shuffled.filter((sample) => validation.has(sample)),
  };
}

/** Groups are not split, so validation may have as little as this share of the size that is wanted. */
const MIN_VALIDATION_SHARE = 0.9;

/** Chooses whole groups of similar samples, in the order of the draw, up to the wanted number. */
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
