import type { Item } from "../benchmark/index";
import { clustersOf } from "../benchmark/index";
import { clusteredMean, type Interval, wilson } from "../stats/index";
import { type Scores, scoreReplies, type Verdicts } from "./score";
import type { Scorer } from "./scorers";

/** Right answers among some of the items. */
export interface Share {
  items: number;
  correct: number;
  accuracy: number;
}

/** Scores of one file of predictions by one scorer, in all that Table 1 and its doubts need. */
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
  /** With repeats of an item as one cluster. */
  clusteredInterval: Interval & { method: "cluster-robust"; clusters: number };
  byCategory: Record<string, Share>;
  byGold: Record<string, Share>;
  /** By the place of the right option in its list, from 1; "none" where the list lacks it. `chosen`: how often a reply chose it. */
  byPosition: Record<string, Share & { chosen: number }>;
  /** The first few replies that no choice could be read from. */
  unparsedExamples: { index: number; reply: string }[];
}

const EXAMPLES = 5;
const EXAMPLE_LENGTH = 200;

/**
 * Scores predictions and breaks the result down.
 *
 * @param items the whole benchmark
 * @param predictions replies by item index; items that have none are left out and counted
 * @param verdicts what a judge said, for the authors' scorers
 */
export function breakDown(
  items: readonly Item[],
  predictions: ReadonlyMap<number, string>,
  scorer: Scorer,
  verdicts?: Verdicts,
): Breakdown {
  const scored = items.filter((item) => predictions.has(item.index));
  const reply = (item: Item) => predictions.get(item.index)!;
  const scores = scoreReplies(scored, reply, scorer, verdicts);
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
      shares(scored, scores, (item) => place(item, item.gold)),
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
  const { level, low, high, clusters } = clusteredMean(right, clustersOf(items));
  return { level, low, high, method: "cluster-robust", clusters };
}

/** "1" for the first option of an item's list. */
function place(item: Item, letter: string | null): string {
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
  const chosen = items.map((item, i) => place(item, letters[i]!));
  return Object.fromEntries(
    Object.entries(byPosition).map(([at, share]) => [at, { ...share, chosen: chosen.filter((c) => c === at).length }]),
  );
}
