import { WovError } from "../errors";
import { createRandom } from "../random";
import type { Sample } from "./sample";

/** Training subsets by size, the smaller inside the larger. */
export type Subsets = Map<number, Sample[]>;

/** Draws nested training subsets in a seeded order: the first 500 of it lie in the first 1,000. */
export function nestedSubsets(samples: readonly Sample[], sizes: readonly number[], seed: number): Subsets {
  const order = createRandom("split", seed).shuffle([...samples].sort((a, b) => (a.id < b.id ? -1 : 1)));
  const largest = Math.max(...sizes);
  if (order.length < largest)
    throw new WovError(
      `${samples[0]?.source ?? "the source"} gave ${order.length} usable samples and ${largest} are wanted: ` +
        "raise 'calls' of this source in the profile, or lower 'sizes'",
    );
  return new Map(sizes.map((size) => [size, order.slice(0, size)]));
}
