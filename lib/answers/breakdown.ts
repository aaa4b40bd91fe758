import type { Item } from "../benchmark/index";
import { clustersOf } from "../benchmark/index";
import { clusteredMean, type Interval, wilson } from "../stats/index";
import { type BesideReplies, type Scores, scoreReplies } from "./score";
import type { Scorer } from "./scorers";

/** How many items of a group were answered correctly. */
export interface Share {
  items: number;
  correct: number;
  accuracy: number;
}

/** The scores that one scorer gives to a file of predictions, with their uncertainty and by groups of items. */
export interface Breakdown {
  scorer: Scorer;
  /** Items that were scored: those with a prediction. */
  items: number;
  answered: number;
  unparsed: number;
  /** Items of the benchmark without a prediction; not among `items`. */
  missing: number;
  correct: number;
  /** correct / items */
  accuracy: number;
  interval: Interval & { method: "wilson" };
  /** With repeats of an item as one cluster; null if all scored items are repeats of the same item. */
  clusteredInterval: (Interval & { method: "cluster-robust"; clusters: number }) | null;
  byCategory: Record<string, Share>;
  byGold: Record<string, Share>;
  /**
   * By position of the right option, from 1, or "none" if the item lacks it. `chosen`: how often that position was
   * chosen.
   */
  byPosition: Record<string, Share & { chosen: number }>;
  /** The first few replies from which no choice could be read. */
  unparsedExamples: { index: number; reply: string }[];
}

const EXAMPLES = 5;
const EXAMPLE_LENGTH = 200;

/**
 * Scores predictions and breaks the result down.
 *
 * @param items the whole benchmark
 * @param predictions replies by item index; items without one are left out and counted
 * @throws RangeError if there is no prediction at all
 */
export function breakDown(
  items: readonly Item[],
  predictions: ReadonlyMap<number, string>,
  scorer: Scorer,
  beside?: BesideReplies,
): Breakdown {
  const scored = items.filter((item) => predictions.has(item.index));
  const reply = (item: Item) => predictions.get(item.index)!;
  const scores = scoreReplies(scored, reply, scorer, beside);
  const { correct, unparsed } = scores;
  const unparsedItems = scored.filter((_, i) => scores.letters[i] === null);
  return {
    scorer,
    items: scored.length,
    answered: scored.length - unparsed,
    unparsed,
    missing: items.length - scored.length,
    correct,
    accuracy: correct / scored.length,
    interval: { ...wilson(correct, scored.length), method: "wilson" },
    clusteredInterval: clustered(scored, scores),
    byCategory: shares(scored, scores, (item) => item.category),
    byGold: shares(scored, scores, (item) => item.gold),
    byPosition: withChosen(
      shares(scored, scores, (item) => position(item, item.gold)),
      scored,
      scores,
    ),
    unparsedExamples: unparsedItems.slice(0, EXAMPLES).map((item) => ({
      index: item.index,
      reply: reply(item).slice(0, EXAMPLE_LENGTH),
    })),
  };
}

function clustered(items: readonly Item[], { letters }: Scores): Breakdown["clusteredInterval"] {
  const right = items.map((item, i) => Number(letters[i] === item.gold));
  const clusterOfEach = clustersOf(items);
  if (new Set(clusterOfEach).size < 2) return null;
  const { level, low, high, clusters } = clusteredMean(right, clusterOfEach);
  return { level, low, high, method: "cluster-robust", clusters };
}

/** "1" for an item's first option. */
function position(item: Item, letter: string | null): string {
  const at = item.options.findIndex((option) => option.letter === letter);
  return at < 0 ? "none" : String(at + 1);
}

function shares(items: readonly Item[], { letters }: Scores, key: (item: Item) => string): Record<string, Share> {
  const groups = new Map<string, { items: number; correct: number }>();
  items.forEach((item, i) => {
    const group = groups.get(key(item)) ?? { items: 0, correct: 0 };
    const correct = group.correct + Number(letters[i] === item.gold);
    groups.set(key(item), { items: group.items + 1, correct });
  });
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, g]) => [name, { ...g, accuracy: g.correct / g.items }]));
}

function withChosen(byPosition: Record<string, Share>, items: readonly Item[], { letters }: Scores) {
  const chosen = items.map((item, i) => position(item, letters[i]!));
  return Object.fromEntries(
    Object.entries(byPosition).map(([at, share]) => [at, { ...share, chosen: chosen.filter((c) => c === at).length }]),
  );
}
