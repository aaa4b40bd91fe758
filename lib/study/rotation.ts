import { type Item, originalLetter, rotateOptions } from "../benchmark/index";
import type { Option } from "../prompts/index";
import type { Variant } from "./cells";

/** How many options a variant moves from the front of the list to its end. */
export const rotationOf = (variant: Variant): number => Number(/^rotation-(\d+)$/.exec(variant)?.[1] ?? 0);

/**
 * Items with their options in a variant's order, and the gold letter in that order. An item with too few options for
 * another order of that number is left out: no order is asked twice.
 */
export function asShown(items: readonly Item[], variant: Variant): readonly Item[] {
  const by = rotationOf(variant);
  return by === 0 ? items : items.flatMap((item) => (by < item.options.length ? [rotateItem(item, by)] : []));
}

function rotateItem(item: Item, by: number): Item {
  const gold = item.options.find(({ letter }) => originalLetter(item.options, letter, by) === item.gold);
  return { ...item, options: rotateOptions(item.options, by), gold: gold?.letter ?? item.gold };
}

/** At most so many items, spread evenly over the list. */
export const spread = <T>(items: readonly T[], most = items.length): readonly T[] => {
  const share = Math.min(1, most / items.length);
  return items.filter((_, i) => Math.floor((i + 1) * share) > Math.floor(i * share));
};

/** The item's own letter of a choice that was read in a variant's order. */
export const ownLetter = ({ options }: Item, letter: string | null, variant: Variant): string | null =>
  letter && originalLetter(options, letter, rotationOf(variant));

/** The place, from 0, at which a variant shows the option with one of the item's own letters; −1 if it has none. */
export function placeOf(
  { options }: { options: readonly Pick<Option, "letter">[] },
  letter: string,
  variant: Variant,
): number {
  const at = options.findIndex((option) => option.letter === letter);
  return at < 0 ? at : (at - rotationOf(variant) + options.length) % options.length;
}
